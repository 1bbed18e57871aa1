import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createEngine } from '../../lib/core/createEngine.ts'
import type { CacheEvent } from '../../lib/core/events.ts'
import { invalidateInStore } from '../../lib/core/invalidateInStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'

/** Creates a store whose first `failures` expiries fail. */
function createFlaky(failures: number) {
  const store = memoryStore({ name: false })
  let remaining = failures
  const failing = (mode: 'expire' | 'refresh') => async (objects: readonly string[]) => {
    if (remaining-- > 0) throw new Error('connection lost')
    return store[mode](objects)
  }
  const wrapped = { ...store, expire: vi.fn(failing('expire')), refresh: vi.fn(failing('refresh')) }
  const engine = createEngine(wrapped)
  const events: CacheEvent[] = []
  engine.events.on((event) => events.push(event))
  return { store: wrapped, engine, events }
}

/** Fires all timers until the promise settles. Returns its outcome, and the duration on the fake clock. */
async function settle<T>(promise: Promise<T>) {
  const start = Date.now()
  const outcome = promise.then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  await vi.runAllTimersAsync()
  return { ...(await outcome), elapsedMs: Date.now() - start }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe.each(['expire', 'refresh'] as const)('rule 19: %s', (mode) => {
  it('invalidateInStore resolves with the number of fragments, and reports it', async () => {
    const { engine, store, events } = createFlaky(0)
    await commitEntry(store, 'a', { dependencies: ['x'] })
    expect(await invalidateInStore(engine, ['x', 'y'], mode)).toBe(1)
    expect(events).toEqual([
      { type: mode, objects: ['x', 'y'], [mode === 'expire' ? 'expired' : 'refreshed']: 1 },
    ])
  })

  it('invalidateInStore retries when the store fails, and reports each failure', async () => {
    const { engine, store, events } = createFlaky(4)
    await commitEntry(store, 'a', { dependencies: ['x'] })
    const { value } = await settle(invalidateInStore(engine, ['x'], mode))
    expect(value).toBe(1)
    expect(store[mode]).toHaveBeenCalledTimes(5)
    expect(events.map(({ type }) => type)).toEqual([...Array(4).fill('store-error'), mode])
    expect(events[0]).toMatchObject({ operation: mode, error: { message: 'connection lost' } })
  })

  it('invalidateInStore rejects when the store fails at every attempt', async () => {
    const { engine, store, events } = createFlaky(Infinity)
    const { error, elapsedMs } = await settle(invalidateInStore(engine, ['x', 'y'], mode))
    expect(error).toMatchObject({
      code: 'CC_EXPIRE_FAILED',
      message: expect.stringMatching(/2 object\(s\) after 5 attempts/),
      cause: { message: 'connection lost' },
    })
    expect(store[mode]).toHaveBeenCalledTimes(5)
    expect(events.map(({ type }) => type)).toEqual(Array(5).fill('store-error'))
    expect(elapsedMs).toBeLessThanOrEqual(1_000)
  })

  it('invalidateInStore rejects when the store does not answer', async () => {
    const { engine, store } = createFlaky(0)
    store[mode].mockImplementation(() => new Promise(() => {}))
    const { error, elapsedMs } = await settle(invalidateInStore(engine, ['x'], mode))
    expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED', cause: { code: 'CC_STORE_TIMEOUT' } })
    expect(elapsedMs).toBeLessThanOrEqual(5 * engine.limits.storeTimeout + 1_000)
  })

  it('invalidateInStore waits longer before each attempt', async () => {
    const { engine, store } = createFlaky(Infinity)
    const times: number[] = []
    store[mode].mockImplementation(async () => {
      times.push(Date.now())
      throw new Error('connection lost')
    })
    await settle(invalidateInStore(engine, ['x'], mode))
    const pauses = times.slice(1).map((time, index) => time - (times[index] as number))
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(pauses[0]).toBeGreaterThan(0)
  })

  it('invalidateInStore does not use the store for an empty list', async () => {
    const { engine, store } = createFlaky(0)
    expect(await invalidateInStore(engine, [], mode)).toBe(0)
    expect(store[mode]).not.toHaveBeenCalled()
  })
})

it('invalidateInStore removes the fragments in the mode expire', async () => {
  const { engine, store } = createFlaky(0)
  await commitEntry(store, 'a', { dependencies: ['x'] })
  await invalidateInStore(engine, ['x'], 'expire')
  expect(await filterStored(store, ['a'])).toEqual([])
})
