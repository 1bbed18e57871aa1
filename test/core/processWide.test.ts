import { expect, it, vi } from 'vitest'
import { giveUpProcessWide, processWide } from '../../lib/core/processWide.ts'

it('a process-wide value is made once, also when another bundle asks', async () => {
  const create = vi.fn(() => ({}))
  const value = processWide('test.one', create)
  vi.resetModules()
  const copy = await import('../../lib/core/processWide.ts')
  expect(copy.processWide).not.toBe(processWide)
  expect(copy.processWide('test.one', create)).toBe(value)
  expect(create).toHaveBeenCalledOnce()
})

it('a value that was given up is made anew, and only by who had it', () => {
  const first = processWide('test.two', () => ({}))
  giveUpProcessWide('test.two', first)
  const second = processWide('test.two', () => ({}))
  expect(second).not.toBe(first)
  giveUpProcessWide('test.two', first)
  expect(processWide('test.two', () => ({}))).toBe(second)
})
