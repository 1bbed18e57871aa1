import { describe, expect, it } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import { defaultLimits, type Limits } from '../../lib/core/engine.ts'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'

const store = memoryStore({ name: false })

describe('the limits of an engine', () => {
  it('an engine has default limits', () => {
    expect(createEngine(store).limits).toEqual(defaultLimits)
    expect(createEngine(store, { leaseWait: 5 }).limits).toEqual({ ...defaultLimits, leaseWait: 5 })
  })

  it.each(['fillTimeout', 'leaseTime', 'leaseWait', 'storeTimeout'] as const)(
    'a limit must be a number above 0: %s',
    (name) => {
      // A timer of more than 2^31 - 1 milliseconds fires at once.
      for (const value of [0, -1, Number.NaN, Infinity, 2 ** 31, '5', null]) {
        expect(() => createEngine(store, { [name]: value } as unknown as Partial<Limits>)).toThrow(
          expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining(name) }),
        )
      }
    },
  )
})

it.each([
  [0, 'Option `fillTimeout` must be a number of milliseconds above 0, but is 0.'],
  [2 ** 31, 'Option `fillTimeout` must be at most 2,147,483,647 milliseconds, but is 2147483648.'],
])('the error for a limit of %d names the unit', (fillTimeout, text) => {
  expect(() => createEngine(store, { fillTimeout })).toThrow(text)
})

it('an engine needs a store', () => {
  for (const value of [undefined, null, {}, 'redis://localhost']) {
    expect(() => createEngine(value as unknown as FragmentStore)).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_OPTIONS', message: expect.stringContaining('`store`') }),
    )
  }
})
