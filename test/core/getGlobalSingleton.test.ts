import { expect, it, vi } from 'vitest'
import { deleteGlobalSingleton, getGlobalSingleton } from '../../lib/core/getGlobalSingleton.ts'

it('a process-wide value is created once for all bundles', async () => {
  const create = vi.fn(() => ({}))
  const value = getGlobalSingleton('test.one', create)
  vi.resetModules()
  const copy = await import('../../lib/core/getGlobalSingleton.ts')
  expect(copy.getGlobalSingleton).not.toBe(getGlobalSingleton)
  expect(copy.getGlobalSingleton('test.one', create)).toBe(value)
  expect(create).toHaveBeenCalledOnce()
})

it('a deleted value is created again, and only its owner can delete it', () => {
  const first = getGlobalSingleton('test.two', () => ({}))
  deleteGlobalSingleton('test.two', first)
  const second = getGlobalSingleton('test.two', () => ({}))
  expect(second).not.toBe(first)
  deleteGlobalSingleton('test.two', first)
  expect(getGlobalSingleton('test.two', () => ({}))).toBe(second)
})
