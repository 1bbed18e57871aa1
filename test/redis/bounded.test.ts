import { setTimeout } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import type { PinnedRunner } from '../../lib/redis/connection/connection.ts'
import { runFindDangling } from '../../lib/redis/scripts/runFindDangling.ts'
import { runRemoveCaches } from '../../lib/redis/scripts/runRemoveCaches.ts'
import { runRemoveDangling } from '../../lib/redis/scripts/runRemoveDangling.ts'
import { createExpiry } from '../../lib/redis/store/expiry.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { type RedisSite, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const RETENTION_MS = 200

let site: RedisSite
let store: FragmentStore
beforeEach(() => {
  site = redis.site({ local: false, retention: RETENTION_MS / 1000 })
  store = site.open()
})
afterEach(() => site.close())

/** Reads every member of the fence with its clock. The empty member has the clock of the last dropped stamp. */
async function readStamps(): Promise<Map<string, number>> {
  const flat = await redis.client.zrange(site.keys.fence, '0', '-1', 'WITHSCORES')
  return new Map(
    flat.flatMap((member, index) => (index % 2 === 0 ? [[member, Number(flat[index + 1])] as const] : [])),
  )
}

describe.each(['expire', 'refresh'] as const)('the stamps that %s drops', (mode) => {
  it('stamps older than the retention are dropped 1,000 a call, the oldest first', async () => {
    // Retention is an argument of each call. With a long one these calls drop no stamps, however long they take.
    const patient = site.open({ retention: 600 })
    await patient.expire(many('old', 2_500))
    // Lets Redis' own clock run past the retention.
    await setTimeout(2 * RETENTION_MS)
    await patient.expire(['young 1', 'young 2'])
    let before = await readStamps()
    let calls = 0
    for (; [...before.keys()].some((member) => member.startsWith('old')); calls++) {
      await store[mode]([`trims ${calls}`])
      const after = await readStamps()
      const floor = after.get('') as number
      expect(floor).toBeGreaterThan(0)
      const dropped = [...before].filter(([member]) => !after.has(member))
      expect(dropped.length).toBeLessThanOrEqual(1_000)
      expect(dropped.length).toBeGreaterThan(0)
      for (const [, stamp] of dropped) expect(stamp).toBeLessThanOrEqual(floor)
      const remaining = [...after].filter(([member]) => member.startsWith('old'))
      const oldestRemaining = Math.min(...remaining.map(([, stamp]) => stamp))
      for (const [, stamp] of dropped) expect(stamp).toBeLessThanOrEqual(oldestRemaining)
      before = after
    }
    expect(calls).toBe(3)
  })

  it('no stamps are dropped when none is older than the retention', async () => {
    await store.expire(['a', 'b', 'c'])
    await redis.client.del(site.keys.log)
    // An expiry before all of these stamps.
    await redis.client.xadd(site.keys.log, '1-1', 'c', 0, 'k', 'e', 'o', '[]')
    await store[mode](['d'])
    expect([...(await readStamps()).keys()].sort()).toEqual(['', 'a', 'b', 'c', 'd'])
  })
})

/** Counts the calls of a command by any client or script. */
const countCalls = async (command: string) =>
  Number(
    new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(await redis.client.info('commandstats'))?.[1] ??
      0,
  )

/** Returns a client and, for each script that it has run, the number of sets from which a member was removed. */
function createWatchedClient() {
  const touched: number[] = []
  const client = new Proxy(redis.client, {
    get(target, property) {
      if (property !== 'callBuffer') return Reflect.get(target, property)
      return async (...args: [string, ...string[]]) => {
        const before = await countCalls('srem')
        const reply = await target.callBuffer(...args)
        touched.push((await countCalls('srem')) - before)
        return reply
      }
    },
  })
  return { client: client as Redis, touched }
}

const many = (name: string, length: number): string[] =>
  Array.from({ length }, (_, index) => `${name} ${index}`)

describe('a removal of caches', () => {
  it.each([
    ['one fragment of very many objects', 1, 3_000],
    ['fragments of many objects each', 30, 200],
    ['very many fragments', 1_200, 1],
  ])('a removal of %s takes calls of bounded size, and empties the index', async (_, fragments, objects) => {
    const keys = many('k', fragments)
    await Promise.all(keys.map((key) => commitEntry(store, key, { dependencies: many(key, objects) })))
    await commitEntry(store, 'stays', { dependencies: many('k 0', objects) })
    const { client, touched } = createWatchedClient()
    const names = keys.map(site.keys.fragment)
    await runRemoveCaches({ redis: client, keys: site.keys }, names)
    expect(Math.max(...touched)).toBeLessThanOrEqual(500)
    expect(touched.length).toBeLessThan(20)
    expect(touched.reduce((sum, count) => sum + count)).toBe(fragments * objects)
    expect(await filterStored(store, [...keys, 'stays'])).toEqual(['stays'])
    expect(await redis.client.keys(`${site.keys.reversePrefix}*`)).toHaveLength(1)
    expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toHaveLength(objects)
    expect(await redis.client.zcard(site.keys.due)).toBe(1)
  })

  it('a removal continues past a key of another type in the index', async () => {
    const reverse = site.keys.reverse(site.keys.fragment('a'))
    await commitEntry(store, 'a', { dependencies: ['x'] })
    await commitEntry(store, 'b', { dependencies: ['y'] })
    await redis.client.set(reverse, 'text')
    await store.clear()
    expect(await redis.client.exists(reverse)).toBe(0)
    expect(await store.getDependents('y')).toEqual([])
  })
})

describe('a refresh', () => {
  /** Refreshes in batches of 20. `scanned` has the entries that each script read, `stamped` the objects. */
  async function refreshCounting(objects: readonly string[]) {
    const { keys } = site
    const stamped: number[] = []
    const scanned: number[] = []
    const expiry = createExpiry({
      onBatchApplied: (some) => void stamped.push(some.length),
      batchSize: 20,
      context: (client) => ({ redis: client, keys, retentionMs: 600_000 }),
      waitReplicas: 0,
      timeout: 60_000,
    })
    const run: PinnedRunner = async (task) => {
      const before = await countCalls('getrange')
      const reply = await task(redis.client)
      scanned.push((await countCalls('getrange')) - before)
      return reply
    }
    return { touched: await expiry.refresh(run, objects, () => {}), scanned, stamped }
  }

  it.each([
    ['one object of very many fragments', 1, 1_000],
    ['objects of many fragments each', 20, 40],
    ['very many objects of few fragments', 400, 3],
  ])('a refresh of %s takes few calls of bounded size', async (_, objects, fragments) => {
    const keys = many('o', objects)
    await Promise.all(
      keys.flatMap((object) =>
        many(`${object} f`, fragments).map((name) => commitEntry(store, name, { dependencies: [object] })),
      ),
    )
    const { touched, scanned, stamped } = await refreshCounting(keys)
    expect(touched).toBe(objects * fragments)
    // A call begins its last set of up to 20 after at most 19 members, and SSCAN may return a few more than its COUNT.
    expect(Math.max(...scanned)).toBeLessThanOrEqual(60)
    expect(Math.max(...stamped)).toBeLessThanOrEqual(200)
    // Sets larger than a batch are scanned twice.
    expect(scanned.length).toBeLessThanOrEqual((3 * objects * fragments) / 20 + objects)
    expect(scanned.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(3 * objects * fragments)
  })
})

describe('fragments without an entry', () => {
  const deleteEntries = async (keys: readonly string[]) => {
    const names = keys.map(site.keys.fragment)
    await redis.client.unlink(names)
    return names.map((cache) => ({ set: site.keys.reverse(cache), cache }))
  }

  it.each([
    ['one fragment of very many objects', 1, 3_000],
    ['fragments of many objects each', 30, 200],
    ['very many fragments', 1_200, 1],
  ])('dangling references are removed in calls of bounded size: %s', async (_, fragments, objects) => {
    const keys = many('k', fragments)
    await Promise.all(keys.map((key) => commitEntry(store, key, { dependencies: many(key, objects) })))
    await commitEntry(store, 'stays', { dependencies: many('k 0', objects) })
    const { client, touched } = createWatchedClient()
    const context = { redis: client, keys: site.keys }
    const alive = site.keys.fragment('stays')
    const references = [{ set: site.keys.reverse(alive), cache: alive }, ...(await deleteEntries(keys))]
    const dangling = await runFindDangling(context, references)
    expect(dangling).toEqual(references.slice(1))
    await runRemoveDangling(context, dangling)
    expect(Math.max(...touched)).toBeLessThanOrEqual(501)
    expect(touched.length).toBeLessThan(30)
    expect(await redis.client.keys(`${site.keys.reversePrefix}*`)).toHaveLength(1)
    expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toHaveLength(objects)
    expect(await redis.client.zcard(site.keys.due)).toBe(1)
  })

  it('a fragment that was stored again since the search stays in the index', async () => {
    await commitEntry(store, 'a', { dependencies: ['x'] })
    const references = await deleteEntries(['a'])
    const context = { redis: redis.client, keys: site.keys }
    expect(await runFindDangling(context, references)).toHaveLength(1)
    await commitEntry(store, 'a', { dependencies: ['x'] })
    await runRemoveDangling(context, references)
    expect(await store.getDependents('x')).toEqual(['a'])
    expect(await store.expire(['x'])).toBe(1)
  })

  it('each commit removes a bounded part of the dangling references', async () => {
    await commitEntry(store, 'large', { dependencies: many('x', 5_000) })
    await deleteEntries(['large'])
    const touched: number[] = []
    while ((await redis.client.exists(site.keys.reverse(site.keys.fragment('large')))) === 1) {
      const before = await countCalls('srem')
      await commitEntry(store, 'small', { dependencies: ['y'] })
      touched.push((await countCalls('srem')) - before)
    }
    expect(touched.length).toBeGreaterThanOrEqual(5)
    expect(Math.max(...touched)).toBeLessThan(1_100)
    expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toEqual([site.keys.object('y')])
    expect(await redis.client.zcard(site.keys.due)).toBe(1)
  })
})
