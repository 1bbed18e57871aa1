import { setTimeout } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import type { PinnedRunner } from '../../lib/redis/connection/connection.ts'
import { createExpiry } from '../../lib/redis/expiry.ts'
import { runFindDangling, runRemoveDangling } from '../../lib/redis/scripts/runFindDangling.ts'
import { runRemoveCaches } from '../../lib/redis/scripts/runRemoveCaches.ts'
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

/** Every member of the fence, with the clock of its stamp; the empty one is how far it was trimmed. */
async function stamps(): Promise<Map<string, number>> {
  const flat = await redis.client.zrange(site.keys.fence, '0', '-1', 'WITHSCORES')
  return new Map(
    flat.flatMap((member, index) => (index % 2 === 0 ? [[member, Number(flat[index + 1])] as const] : [])),
  )
}

describe.each(['expire', 'refresh'] as const)('stamps that %s finds to be too old', (mode) => {
  it('old stamps go in several calls, the oldest first, and no younger one goes', async () => {
    const old = Array.from({ length: 2_500 }, (_, index) => `old ${index}`)
    await store.expire(old)
    // Lets Redis' own clock run past the retention.
    await setTimeout(2 * RETENTION_MS)
    await store.expire(['young 1', 'young 2'])
    let before = await stamps()
    let calls = 0
    for (; [...before.keys()].some((member) => member.startsWith('old')); calls++) {
      await store[mode]([`trims ${calls}`])
      const after = await stamps()
      const floor = after.get('') as number
      expect(floor).toBeGreaterThan(0)
      const gone = [...before].filter(([member]) => !after.has(member))
      expect(gone.length).toBeLessThanOrEqual(1_000)
      expect(gone.length).toBeGreaterThan(0)
      for (const [, stamp] of gone) expect(stamp).toBeLessThanOrEqual(floor)
      const remaining = [...after].filter(([member]) => member.startsWith('old'))
      const oldestRemaining = Math.min(...remaining.map(([, stamp]) => stamp))
      for (const [, stamp] of gone) expect(stamp).toBeLessThanOrEqual(oldestRemaining)
      before = after
    }
    expect(calls).toBeGreaterThanOrEqual(2)
  })

  it('no stamps go where none is too old', async () => {
    await store.expire(['a', 'b', 'c'])
    await redis.client.del(site.keys.log)
    // An expiry older than all stamps that are left.
    await redis.client.xadd(site.keys.log, '1-1', 'c', 0, 'k', 'e', 'o', '[]')
    await store[mode](['d'])
    expect([...(await stamps()).keys()].sort()).toEqual(['', 'a', 'b', 'c', 'd'])
  })
})

const calls = async (command: string) =>
  Number(
    new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(await redis.client.info('commandstats'))?.[1] ??
      0,
  )

/** The client, and of each script that it ran out of how many sets it took a member. */
function watched() {
  const touched: number[] = []
  const client = new Proxy(redis.client, {
    get(target, property) {
      if (property !== 'callBuffer') return Reflect.get(target, property)
      return async (...args: [string, ...string[]]) => {
        const before = await calls('srem')
        const reply = await target.callBuffer(...args)
        touched.push((await calls('srem')) - before)
        return reply
      }
    },
  })
  return { client: client as Redis, touched }
}

const many = (name: string, length: number) => Array.from({ length }, (_, index) => `${name} ${index}`)

describe('a removal', () => {
  it.each([
    ['one fragment of very many objects', 1, 3_000],
    ['fragments of many objects each', 30, 200],
    ['very many fragments', 1_200, 1],
  ])('a removal of %s takes many small calls, and empties the index', async (_, fragments, objects) => {
    const keys = many('k', fragments)
    await Promise.all(keys.map((key) => commitEntry(store, key, { dependencies: many(key, objects) })))
    await commitEntry(store, 'stays', { dependencies: many('k 0', objects) })
    const { client, touched } = watched()
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

  it('a removal goes on past a key of another type in the index', async () => {
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
  /** A refresh in batches of 20, and what each script did. */
  async function refreshed(objects: readonly string[]) {
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
      const before = await calls('getrange')
      const reply = await task(redis.client)
      scanned.push((await calls('getrange')) - before)
      return reply
    }
    return { touched: await expiry.refresh(run, objects, () => {}), scanned, stamped }
  }

  it.each([
    ['one object of very many fragments', 1, 1_000],
    ['objects of many fragments each', 20, 40],
    ['very many objects of few fragments', 400, 3],
  ])('a refresh of %s takes small calls, and few', async (_, objects, fragments) => {
    const keys = many('o', objects)
    await Promise.all(
      keys.flatMap((object) =>
        many(`${object} f`, fragments).map((name) => commitEntry(store, name, { dependencies: [object] })),
      ),
    )
    const { touched, scanned, stamped } = await refreshed(keys)
    expect(touched).toBe(objects * fragments)
    // Less than a batch was done when a last set of up to a batch was begun; SSCAN shows a few more than asked.
    expect(Math.max(...scanned)).toBeLessThanOrEqual(60)
    expect(Math.max(...stamped)).toBeLessThanOrEqual(200)
    // Sets larger than a batch are scanned twice.
    expect(scanned.length).toBeLessThanOrEqual((3 * objects * fragments) / 20 + objects)
    expect(scanned.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(3 * objects * fragments)
  })
})

describe('what is dead', () => {
  const deaths = async (keys: readonly string[]) => {
    const names = keys.map(site.keys.fragment)
    await redis.client.unlink(names)
    return names.map((cache) => ({ set: site.keys.reverse(cache), cache }))
  }

  it.each([
    ['one fragment of very many objects', 1, 3_000],
    ['fragments of many objects each', 30, 200],
    ['very many fragments', 1_200, 1],
  ])('a dead fragment is found and removed in many small calls: %s', async (_, fragments, objects) => {
    const keys = many('k', fragments)
    await Promise.all(keys.map((key) => commitEntry(store, key, { dependencies: many(key, objects) })))
    await commitEntry(store, 'stays', { dependencies: many('k 0', objects) })
    const { client, touched } = watched()
    const context = { redis: client, keys: site.keys }
    const alive = site.keys.fragment('stays')
    const references = [{ set: site.keys.reverse(alive), cache: alive }, ...(await deaths(keys))]
    const dangling = await runFindDangling(context, references)
    expect(dangling).toEqual(references.slice(1))
    await runRemoveDangling(context, dangling)
    expect(Math.max(...touched)).toBeLessThanOrEqual(501)
    expect(touched.length).toBeLessThan(30)
    expect(await redis.client.keys(`${site.keys.reversePrefix}*`)).toHaveLength(1)
    expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toHaveLength(objects)
    expect(await redis.client.zcard(site.keys.due)).toBe(1)
  })

  it('a fragment that is alive again stays in the index', async () => {
    await commitEntry(store, 'a', { dependencies: ['x'] })
    const references = await deaths(['a'])
    const context = { redis: redis.client, keys: site.keys }
    expect(await runFindDangling(context, references)).toHaveLength(1)
    await commitEntry(store, 'a', { dependencies: ['x'] })
    await runRemoveDangling(context, references)
    expect(await store.getDependents('x')).toEqual(['a'])
    expect(await store.expire(['x'])).toBe(1)
  })

  it('each commit removes a part of the dead fragments', async () => {
    await commitEntry(store, 'large', { dependencies: many('x', 5_000) })
    await deaths(['large'])
    const touched: number[] = []
    while ((await redis.client.exists(site.keys.reverse(site.keys.fragment('large')))) === 1) {
      const before = await calls('srem')
      await commitEntry(store, 'small', { dependencies: ['y'] })
      touched.push((await calls('srem')) - before)
    }
    expect(touched.length).toBeGreaterThanOrEqual(5)
    expect(Math.max(...touched)).toBeLessThan(1_100)
    expect(await redis.client.keys(`${site.keys.objectPrefix}*`)).toEqual([site.keys.object('y')])
    expect(await redis.client.zcard(site.keys.due)).toBe(1)
  })
})
