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
