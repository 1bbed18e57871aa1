import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import { commitEntry, fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const RETENTION_MS = 50

let site: RedisSite
let store: FragmentStore
beforeEach(async () => {
  await redis.client.flushall()
  site = redis.site({ local: false, retention: RETENTION_MS / 1000 })
  store = site.open()
})
afterEach(() => site.close())

const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])
const allKeys = async () => (await redis.client.keys('*')).sort()

/** Stores entries, and has them replaced, expired, refreshed, deleted by another program, or reach their TTL. */
async function storeAndRemove(name: string) {
  const token = await fetchToken(store)
  const keys = Array.from({ length: 40 }, (_, i) => `${name} ${i}`)
  const payload = new Uint8Array(500)
  await Promise.all(
    keys.map((key, i) => {
      const discardAt = i % 4 === 0 ? 1_000 + 10 : Infinity
      return store.commit(
        key,
        entryOf({ payload, discardAt, dependencies: [`all ${name}`, key, `old ${key}`] }),
        token,
      )
    }),
  )
  await Promise.all(
    keys.map((key) =>
      store.commit(key, entryOf({ payload, discardAt: 1_010, dependencies: [key, 'some'] }), token),
    ),
  )
  await store.release([
    { key: 'a', lease: (await store.lease('a', { requiredToken: token, wasMiss: false }, 10)) ?? '' },
  ])
  await store.lease(name, { requiredToken: token, wasMiss: false }, 10)
  await store.refresh(keys.slice(0, 5))
  await store.expire(keys.slice(5, 15))
  await redis.client.del(...keys.slice(15, 20).map(site.keys.fragment))
}
/** Each commit removes a few dangling references. */
async function cleanUp() {
  // Lets Redis' own clock run past the retention.
  await setTimeout(2 * RETENTION_MS)
  for (let i = 0; i < 60; i++) await commitEntry(store, 'front', { dependencies: ['story'] })
  await store.expire(['story'])
}

it('the keys and the memory of Redis do not grow with entries that come and go', async () => {
  await storeAndRemove('warm')
  await cleanUp()
  const keys = await allKeys()
  const memory = await usedMemory()
  for (let i = 0; i < 20; i++) {
    await storeAndRemove(`round ${i}`)
    if (i % 2 === 0) await cleanUp()
  }
  await cleanUp()
  await cleanUp()
  expect(await allKeys()).toEqual(keys)
  const { clock, due, epoch, fence, log, paths } = site.keys
  expect(keys).toEqual([clock, due, epoch, fence, log, paths].filter((name) => keys.includes(name)).sort())
  expect(await redis.client.zcard(due)).toBeLessThanOrEqual(1)
  // No path was expired, so it has only the floor.
  expect(await redis.client.zcard(paths)).toBe(1)
  // Stamps and log entries go when they are older than the retention. Redis trims the log by the hundred.
  expect(await redis.client.zcard(fence)).toBeLessThan(20)
  expect(await redis.client.xlen(log)).toBeLessThan(250)
  expect((await usedMemory()) - memory).toBeLessThan(150_000)
})

it('an entry that reached its TTL leaves the index after a few other commits', async () => {
  const token = await fetchToken(store)
  for (let i = 0; i < 40; i++) {
    await store.commit(`k${i}`, entryOf({ discardAt: 1_005, dependencies: ['x', `x${i}`] }), token)
  }
  // Lets Redis' own clock run past the entries' lifetimes.
  await setTimeout(20)
  for (let i = 0; i < 10; i++) await commitEntry(store, 'front', {})
  expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toEqual([])
  expect(await redis.client.keys(`${site.keys.reversePrefix}*`)).toEqual([])
})
