import { expect, it, vi } from 'vitest'
import { processWide } from '../../lib/core/processWide.ts'

it('a process-wide value is made once, also when another bundle asks', async () => {
  const create = vi.fn(() => ({}))
  const value = processWide('test.one', create)
  vi.resetModules()
  const copy = await import('../../lib/core/processWide.ts')
  expect(copy.processWide).not.toBe(processWide)
  expect(copy.processWide('test.one', create)).toBe(value)
  expect(create).toHaveBeenCalledOnce()
})
