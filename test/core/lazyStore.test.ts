import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import type { ExpiryListener, FragmentStore } from '../../lib/core/fragmentStore.ts'
import { createLazyStore } from '../../lib/core/lazyStore.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { describeStore } from '../store/suite.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { fakeClock } from '../support/fakeClock.ts'

const unit = 1_000

afterEach(() => vi.restoreAllMocks())

describeStore('lazyStore', ({ retention }) => {
  const clock = fakeClock()
  const store = createLazyStore('memory', async () =>
    memoryStore({ name: false, now: clock.now, retention: (retention * unit) / 1000 }),
  )
  return { store, unit, open: () => ({ ...store }), advance: clock.advance, close() {} }
})

it('a store is loaded once, when it is first used', async () => {
  const load = vi.fn(async () => memoryStore({ name: false }))
  const store = createLazyStore('memory', load)
  expect(load).not.toHaveBeenCalled()
  await Promise.all([commitEntry(store, 'a'), commitEntry(store, 'b')])
  expect(load).toHaveBeenCalledOnce()
  expect(store.kind).toBe('memory')
})

it('lookupSync answers as the loaded store does', async () => {
  const store = createLazyStore('memory', async () => memoryStore({ name: false }))
  expect(store.lookupSync?.('a')).toBeUndefined()
  await commitEntry(store, 'a')
  expect(store.lookupSync?.('a')?.entry.name).toBe('section')
})

it('every use of a store rejects with the error of its loading', async () => {
  const store = createLazyStore('redis', () => Promise.reject(new Error('no such store')))
  await expect(store.lookup([])).rejects.toThrow('no such store')
  await expect(store.expire(['x'])).rejects.toThrow('no such store')
})

it('the age of a lookup includes the time for which the store loads', async () => {
  const inner = memoryStore({ name: false })
  const lookup = vi.fn(inner.lookup)
  const loading = createDeferred<FragmentStore>()
  const store = createLazyStore('memory', () => loading.promise)
  const now = vi.spyOn(performance, 'now').mockReturnValue(1_000)
  const early = store.lookup([
    { key: 'a', ageMs: 5 },
    { key: 'b', ageMs: 0, shared: true },
  ])
  now.mockReturnValue(1_250)
  loading.resolve({ ...inner, lookup })
  await early
  expect(lookup).toHaveBeenLastCalledWith([
    { key: 'a', ageMs: 255 },
    { key: 'b', ageMs: 250, shared: true },
  ])
  await store.lookup([{ key: 'a', ageMs: 5 }])
  expect(lookup).toHaveBeenLastCalledWith([{ key: 'a', ageMs: 5 }])
})

describe('a subscription to a store that is not loaded', () => {
  const createListener = () => ({ onExpiry: vi.fn(), onGap: vi.fn() }) satisfies ExpiryListener
  function createUnloadedStore() {
    const loading = createDeferred<FragmentStore>()
    const end = vi.fn()
    const subscribe = vi.fn((_: ExpiryListener) => end)
    return {
      store: createLazyStore('redis', () => loading.promise),
      load: () => loading.resolve({ ...memoryStore({ name: false }), subscribe }),
      fail: (error: Error) => loading.reject(error),
      subscribe,
      end,
    }
  }

  it('a subscription starts once the store is loaded, until it ends', async () => {
    const { store, load, subscribe, end } = createUnloadedStore()
    const listener = createListener()
    const stop = store.subscribe?.(listener)
    load()
    await vi.waitFor(() => expect(subscribe).toHaveBeenCalledExactlyOnceWith(listener))
    expect(end).not.toHaveBeenCalled()
    stop?.()
    expect(end).toHaveBeenCalledOnce()
  })

  it('a subscription that ended before the store was loaded does not start', async () => {
    const { store, load, subscribe } = createUnloadedStore()
    store.subscribe?.(createListener())?.()
    load()
    await store.lookup([])
    expect(subscribe).not.toHaveBeenCalled()
  })

  it('a listener is notified when the store cannot be loaded', async () => {
    const { store, fail } = createUnloadedStore()
    const listener = createListener()
    store.subscribe?.(listener)
    const error = new Error('no such store')
    fail(error)
    await vi.waitFor(() => expect(listener.onGap).toHaveBeenCalledExactlyOnceWith(error))
  })
})
