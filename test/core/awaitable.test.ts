import { expect, it, vi } from 'vitest'
import { isPromise, whenReady } from '../../lib/core/awaitable.ts'

it('a value that is there is passed on at once', () => {
  const next = vi.fn((value: number) => value + 1)
  expect(whenReady(1, next)).toBe(2)
})

it('a value of a promise is passed on when it comes', async () => {
  const next = vi.fn((value: number) => value + 1)
  const result = whenReady(Promise.resolve(1), next)
  expect(next).not.toHaveBeenCalled()
  expect(await result).toBe(2)
})

it('a promise of a library counts as a promise, and a value without `then` does not', () => {
  // biome-ignore lint/suspicious/noThenProperty: the object stands for a promise of a library
  expect(isPromise({ then() {} } as unknown as Promise<void>)).toBe(true)
  for (const value of [undefined, null, 0, '', {}, []]) expect(isPromise(value)).toBe(false)
})
