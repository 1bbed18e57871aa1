import { expect, it, vi } from 'vitest'
import { deleteGlobalSingleton, getGlobalSingleton } from '../../lib/core/getGlobalSingleton.ts'

it('a process-wide value is made once, also when another bundle asks', async () => {
  const create = vi.fn(() => ({}))
  const value = getGlobalSingleton('test.one', create)
  vi.resetModules()
  const copy = await import('../../lib/core/getGlobalSingleton.ts')
  expect(copy.getGlobalSingleton).not.toBe(getGlobalSingleton)
  expect(copy.getGlobalSingleton('test.one', create)).toBe(value)
  expect(create).toHaveBeenCalledOnce()
})

it('a value that was given up is made anew, and only by who had it', () => {
  const first = getGlobalSingleton('test.two', () => ({}))
  deleteGlobalSingleton('test.two', first)
  const second = getGlobalSingleton('test.two', () => ({}))
  expect(second).not.toBe(first)
  deleteGlobalSingleton('test.two', first)
  expect(getGlobalSingleton('test.two', () => ({}))).toBe(second)
})
