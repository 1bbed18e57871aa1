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

/** Milliseconds for which Redis keeps an entry that lives so long. */
async function keptFor(life: number, options: RedisStoreOptions = {}): Promise<number> {
  const createdAt = 1_000
  await commitEntry(site.open(options), 'a', { createdAt, discardAt: createdAt + life, dependencies: ['x'] })
  return redis.client.pttl(site.keys.fragment('a'))
}

describe('Redis keeps an entry', () => {
  it.each<[string, number, number, RedisStoreOptions]>([
    ['that lives for ever for 30 days', Infinity, 30 * day, {}],
    ['that lives longer for 30 days', 40 * day, 30 * day, {}],
    ['that lives for ever as long as the option says', Infinity, 60 * day, { maxAge: 60 * daySeconds }],
    ['no longer than the option says', 2 * day, day, { maxAge: daySeconds }],
    ['no longer than it lives', 20 * minute, 20 * minute, { maxAge: daySeconds }],
  ])('%s', async (_, life, expectedLife, options) => {
    const left = await keptFor(life, options)
    expect(left).toBeLessThanOrEqual(expectedLife)
    expect(left).toBeGreaterThan(expectedLife - minute)
  })

  it('anew for as long when it is replaced', async () => {
    await keptFor(Infinity, { maxAge: daySeconds })
    expect(await keptFor(Infinity, { maxAge: 3 * daySeconds })).toBeGreaterThan(2 * day)
    expect(await keptFor(5 * minute)).toBeLessThanOrEqual(5 * minute)
  })

  it('the lifetime also holds for an entry marked stale', async () => {
    const before = await keptFor(Infinity, { maxAge: daySeconds })
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
