import { expect, it, vi } from 'vitest'
import { createLookupBatcher } from '../../lib/core/lookupBatcher.ts'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { fakeClock } from '../support/fakeClock.ts'

function createWatchedStore(clock = fakeClock()) {
  const store = memoryStore({ name: false, now: clock.now })
  return { ...store, isLocal: false, lookup: vi.fn(store.lookup) }
}
const ageMs = () => 0

it('siblings that are looked up in one tick cost one call of the store', async () => {
  const store = createWatchedStore()
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`)
  for (const key of keys) await commitEntry(store, key, { name: key })
  store.lookup.mockClear()
  const lookup = createLookupBatcher(store)
  const lookups = await Promise.all(keys.map((key) => lookup({ key, ageMs })))
  expect(lookups.map(({ entry }) => entry?.name)).toEqual(keys)
  expect(store.lookup).toHaveBeenCalledOnce()
})

it('later lookups go with the next call of the store', async () => {
  const store = createWatchedStore()
  const lookup = createLookupBatcher(store)
  await lookup({ key: 'a', ageMs })
  await Promise.all([lookup({ key: 'b', ageMs }), lookup({ key: 'c', ageMs })])
  expect(store.lookup.mock.calls.map(([requests]) => requests.map(({ key }) => key))).toEqual([
    ['a'],
    ['b', 'c'],
  ])
})

it("a reader's age is computed when the store is called (rule 13)", async () => {
  const clock = fakeClock()
  const store = createWatchedStore(clock)
  const lookup = createLookupBatcher(store)
  const startedAt = clock.now()
  clock.advance(10)
  const looking = lookup({ key: 'a', ageMs: () => clock.now() - startedAt })
  // The render of its siblings blocks the event loop.
  clock.advance(30)
  await looking
  expect(store.lookup).toHaveBeenCalledWith([{ key: 'a', ageMs: 40 }])
})

it('a failure of the store rejects every lookup of the batch, and none after it', async () => {
  const store = createWatchedStore()
  const lookup = createLookupBatcher(store)
  store.lookup.mockRejectedValueOnce(new Error('connection lost'))
  const failed = await Promise.allSettled([lookup({ key: 'a', ageMs }), lookup({ key: 'b', ageMs })])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await lookup({ key: 'a', ageMs })).toMatchObject({ entry: undefined })
})

it('a store that throws synchronously rejects the lookup', async () => {
  const store = createWatchedStore()
  store.lookup.mockImplementationOnce(() => {
    throw new Error('not connected')
  })
  await expect(createLookupBatcher(store)({ key: 'a', ageMs })).rejects.toThrow('not connected')
})

it('a lookup that the store leaves out is rejected', async () => {
  const store = createWatchedStore()
  const lookup = createLookupBatcher(store)
  store.lookup.mockImplementationOnce(async (requests) => store.lookup(requests.slice(0, 1)))
  const lookups = await Promise.allSettled([lookup({ key: 'a', ageMs }), lookup({ key: 'b', ageMs })])
  expect(lookups).toEqual([
    expect.objectContaining({ status: 'fulfilled' }),
    { status: 'rejected', reason: expect.objectContaining({ code: 'CC_STORE_REPLY' }) },
  ])
})
