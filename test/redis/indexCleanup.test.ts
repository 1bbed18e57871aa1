import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { fetchToken, filterStored } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()

let site: RedisSite
let store: FragmentStore
beforeEach(async () => {
  await redis.client.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction')
  await redis.client.flushall()
  site = redis.site({ local: false })
  store = site.open()
})
afterEach(() => site.close())

const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])
const countReverseSets = async () => (await redis.client.keys(`${site.keys.reversePrefix}*`)).length
const payload = new Uint8Array(1_000)
const entryFor = (key: string) =>
  entryOf({ payload, dependencies: Array.from({ length: 10 }, (_, index) => `${key}/${index}`) })

/** @returns the number of refused commits */
async function commitAll(keys: readonly string[]): Promise<number> {
  const token = await fetchToken(store)
  let refusals = 0
  for (let start = 0; start < keys.length; start += 50) {
    const some = keys.slice(start, start + 50)
    const results = await Promise.allSettled(some.map((key) => store.commit(key, entryFor(key), token)))
    refusals += results.filter(({ status }) => status === 'rejected').length
  }
  return refusals
}
const names = (prefix: string, length: number) => Array.from({ length }, (_, index) => `${prefix}${index}`)

it('an evicting server keeps storing entries, and no index of evicted fragments', async () => {
  await fetchToken(store)
  const limit = (await usedMemory()) + 3_000_000
  await redis.client.config('SET', 'maxmemory', String(limit), 'maxmemory-policy', 'volatile-lru')
  await commitAll(names('early ', 2_500))
  const before = await countReverseSets()
  expect(await commitAll(names('late ', 2_000))).toBe(0)
  const stored = await filterStored(store, names('late ', 2_000))
  expect(stored.length).toBeGreaterThan(200)
  // Redis measures idle time in seconds. Among entries of the same second, it may evict any.
  const latest = new Set(names('late ', 2_000).slice(-100))
  expect(stored.filter((key) => latest.has(key))).not.toEqual([])
  const after = await countReverseSets()
  expect(after).toBeLessThan(2 * stored.length)
  expect(after).toBeLessThan(1.2 * before)
  expect(await redis.client.zcard(site.keys.due)).toBe(after)
})

it('a server full of dangling references accepts a commit after a few refusals', async () => {
  const keys = names('gone ', 1_000)
  expect(await commitAll(keys)).toBe(0)
  await redis.client.unlink(keys.map(site.keys.fragment))
  await redis.client.config('SET', 'maxmemory', String((await usedMemory()) - 300_000))
  const token = await fetchToken(store)
  const commit = () => Promise.resolve(store.commit('new', entryFor('new'), token)).catch(String)
  expect(await commit()).toContain('OOM')
  expect(await filterStored(store, ['new'])).toEqual([])
  expect(await redis.client.exists(site.keys.reverse(site.keys.fragment('new')))).toBe(0)
  expect(await store.getDependents('new/0')).toEqual([])
  let refusals = 1
  while ((await commit()) !== 'committed') expect(refusals++).toBeLessThan(200)
  expect(await filterStored(store, ['new'])).toEqual(['new'])
})

it('a full server refuses an entry although dangling references can be removed', async () => {
  const keys = names('gone ', 50)
  await commitAll(keys)
  await redis.client.unlink(keys.map(site.keys.fragment))
  const token = await fetchToken(store)
  await redis.client.config('SET', 'maxmemory', '1')
  for (let tries = 0; tries < 100; tries++) {
    await expect(store.commit('new', entryFor('new'), token)).rejects.toThrow('OOM')
  }
  expect(await countReverseSets()).toBe(0)
  expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toEqual([])
})
