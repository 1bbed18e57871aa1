import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

const redis = redisForFile()
const minute = 60_000
const day = 24 * 60 * minute
const daySeconds = 24 * 60 * 60

let site: RedisSite
beforeEach(() => {
  site = redis.site({ local: false })
})
afterEach(() => site.close())

/** Stores an entry with a lifetime, and returns the milliseconds for which Redis keeps it. */
async function storeAndReadTtl(life: number, options: RedisStoreOptions = {}): Promise<number> {
  const createdAt = 1_000
  await commitEntry(site.open(options), 'a', { createdAt, discardAt: createdAt + life, dependencies: ['x'] })
  return redis.client.pttl(site.keys.fragment('a'))
}

describe('the TTL of an entry', () => {
  it.each<[string, number, number, RedisStoreOptions]>([
    ['that lives for ever is 30 days', Infinity, 30 * day, {}],
    ['that lives for 40 days is 30 days', 40 * day, 30 * day, {}],
    ['that lives for ever is `maxAge`', Infinity, 60 * day, { maxAge: 60 * daySeconds }],
    ['that lives longer than `maxAge` is `maxAge`', 2 * day, day, { maxAge: daySeconds }],
    ['that lives shorter than `maxAge` is its lifetime', 20 * minute, 20 * minute, { maxAge: daySeconds }],
  ])('the TTL of an entry %s', async (_, life, expectedLife, options) => {
    const left = await storeAndReadTtl(life, options)
    expect(left).toBeLessThanOrEqual(expectedLife)
    expect(left).toBeGreaterThan(expectedLife - minute)
  })

  it('an entry that replaces another has its own TTL', async () => {
    await storeAndReadTtl(Infinity, { maxAge: daySeconds })
    expect(await storeAndReadTtl(Infinity, { maxAge: 3 * daySeconds })).toBeGreaterThan(2 * day)
    expect(await storeAndReadTtl(5 * minute)).toBeLessThanOrEqual(5 * minute)
  })

  it('the TTL of an entry stays the same when it is marked stale', async () => {
    const before = await storeAndReadTtl(Infinity, { maxAge: daySeconds })
    await site.open().refresh(['x'])
    const left = await redis.client.pttl(site.keys.fragment('a'))
    expect(left).toBeLessThanOrEqual(before)
    expect(left).toBeGreaterThan(before - minute)
  })
})

describe('the deadline of a refresh', () => {
  const pttl = () => redis.client.pttl(site.keys.fragment('a'))

  it('the deadline of a refresh is the new TTL, and the due time of the fragment', async () => {
    await storeAndReadTtl(Infinity)
    const before = await redis.client.time()
    await site.open().refresh(['x'], undefined, { discardAfterMs: 5 * minute })
    expect(await pttl()).toBeLessThanOrEqual(5 * minute)
    expect(await pttl()).toBeGreaterThan(4 * minute)
    const dueAt = Number(await redis.client.zscore(site.keys.due, site.keys.fragment('a')))
    const expected = Number(before[0]) * 1000 + 5 * minute
    expect(dueAt).toBeGreaterThanOrEqual(expected)
    expect(dueAt).toBeLessThan(expected + minute)
  })

  it.each([
    ['a fraction of a millisecond', 299_999.5, 300_000],
    ['0', 0, -2],
  ])('the deadline of a refresh may be %s', async (_, discardAfterMs, expectedTtl) => {
    await storeAndReadTtl(Infinity)
    await site.open().refresh(['x'], undefined, { discardAfterMs })
    // Redis' own clock has to pass the shorter deadline.
    await setTimeout(5)
    expect(await pttl()).toBeLessThanOrEqual(expectedTtl)
  })

  it('the deadline of a refresh holds for the fragments of all its batches', async () => {
    const store = site.open({ batchSize: 10 })
    const names = Array.from({ length: 200 }, (_, index) => `fragment ${index}`)
    await Promise.all(names.map((name) => commitEntry(store, name, { dependencies: ['many'] })))
    await store.refresh(['many'], undefined, { discardAfterMs: 5 * minute })
    const left = await Promise.all(names.map((name) => redis.client.pttl(site.keys.fragment(name))))
    expect(left.filter((milliseconds) => milliseconds > 5 * minute || milliseconds < 0)).toEqual([])
  })

  it('the deadline of a refresh does not keep the index from being cleaned up', async () => {
    const store = site.open()
    await commitEntry(store, 'a', { dependencies: ['x'] })
    await store.refresh(['x'], undefined, { discardAfterMs: 1 })
    // Redis' own clock has to pass the deadline.
    await setTimeout(10)
    await commitEntry(store, 'b', { dependencies: ['y'] })
    expect(await redis.client.exists(site.keys.object('x'))).toBe(0)
    expect(await redis.client.zscore(site.keys.due, site.keys.fragment('a'))).toBeNull()
  })
})

describe('the retention of expiries', () => {
  it.each([
    [0.05, 'unverifiable'],
    [60, 'committed'],
  ])('a commit 0.1 s after its lookup, with a retention of %d s, is %s', async (retention, expected) => {
    const store = site.open({ retention })
    const token = await fetchToken(store)
    await store.expire(['x'])
    // Lets Redis' own clock run past the shorter retention.
    await setTimeout(100)
    await store.expire(['y'])
    expect(await store.commit('a', entryOf({ dependencies: ['z'] }), token)).toBe(expected)
  })
})
