import { expect, it, vi } from 'vitest'
import {
  defineGlobalSingleton,
  deleteGlobalSingleton,
  getGlobalSingleton,
} from '../../lib/core/getGlobalSingleton.ts'

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

it('a defined value is created at the first call, and all definitions share it', () => {
  const create = vi.fn(() => ({}))
  const getValue = defineGlobalSingleton('test.three', create)
  const getSameValue = defineGlobalSingleton('test.three', create)
  expect(create).not.toHaveBeenCalled()
  const value = getValue()
  expect(getValue()).toBe(value)
  expect(getSameValue()).toBe(value)
  expect(create).toHaveBeenCalledOnce()
})
