import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/store.ts'
import { createConnection } from '../../../lib/redis/connection.ts'
import { createLogFollower } from '../../../lib/redis/logFollower.ts'
import type { RedisStoreOptions } from '../../../lib/redis/redisStore.ts'
import { entryOf } from '../../support/entries.ts'
import { createNewsroom, isHit } from '../../support/newsroom.ts'
import { put, storedOf, tokenFrom } from '../../support/put.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { type RedisSite, realClock, siteOn } from '../../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../../support/tcpProxy.ts'
import { createSite } from '../../support/toySite.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const soon = { timeout: 30_000, interval: 10 }
/** So long that nothing is refused for its age. */
const trusting: RedisStoreOptions = { local: { bound: 600_000 } }

let primary: RedisServer
let replica: RedisServer
/** What the replica follows the primary through. */
let feed: TcpProxy
/** What clients reach whoever is primary through. */
let front: TcpProxy
let site: RedisSite

beforeEach(async () => {
  const args = ['--repl-diskless-sync-delay', '0']
  ;[primary, replica] = await Promise.all([startRedis({ args }), startRedis({ args })])
  feed = await startProxy(primary.port)
  front = await startProxy(primary.port)
  site = siteOn(() => front.port)
  await replica.client.replicaof('127.0.0.1', feed.port)
  await vi.waitFor(replicaFollows, soon)
})
afterEach(async () => {
  await site.close()
  await Promise.all([front.close(), feed.close()])
  await Promise.all([primary.stop(), replica.stop()])
})

async function replicaFollows() {
  await primary.client.set('here', Math.random())
  expect(await primary.client.wait(1, 1_000)).toBe(1)
}
/** From here on the replica hears of nothing. */
async function isolate() {
  await vi.waitFor(replicaFollows, soon)
  feed.refuse(true)
  feed.cut()
}
/** @param meanwhile what happens on the new primary before our clients reach it */
async function failOver(meanwhile: () => Promise<unknown> = async () => {}) {
  front.refuse(true)
  await primary.kill()
  await replica.client.replicaof('NO', 'ONE')
  await meanwhile()
  front.target = replica.port
  front.refuse(false)
}
const lookup = async (store: FragmentStore, key: string) => (await store.lookup([{ key, age: 0 }]))[0]
const isLocal = async (store: FragmentStore, key: string) => {
  const found = await lookup(store, key)
  return found?.entry !== undefined && found.token === undefined
}

describe('after a fail-over to a replica that lacks the last expiries', () => {
  // The new primary may count as far as the old one had, with other expiries.
  it.each([0, 1, 2])('copies in processes go, after %i others on the new primary', async (others) => {
    // Begins the epoch, which copies are of.
    await tokenFrom(site.open({ local: false }))
    const here = site.open(trusting)
    await put(here, 'kept', { dependencies: ['y'] })
    await here.expire(['z'])
    await isolate()
    // Neither this entry nor this expiry will be known.
    await put(here, 'lost', { dependencies: ['y'] })
    await here.expire(['x'])
    for (const key of ['kept', 'lost']) {
      await vi.waitFor(async () => expect(await isLocal(here, key)).toBe(true), soon)
    }
    await failOver(async () => {
      const there = site.open({ local: false }, replica.port)
      for (let i = 0; i < others; i++) await there.expire([`other ${i}`])
    })
    await vi.waitFor(async () => expect((await lookup(here, 'lost'))?.entry).toBeUndefined(), soon)
    await vi.waitFor(async () => expect(await isLocal(here, 'kept')).toBe(true), soon)
    await site.open({ local: false }, replica.port).expire(['y'])
    await vi.waitFor(async () => expect((await lookup(here, 'kept'))?.entry).toBeUndefined(), soon)
  })

  it.each([0, 1, 2])(
    'who follows the log reports a gap, after %i others on the new primary',
    async (others) => {
      const before = site.open({ local: false }, primary.port)
      await tokenFrom(before)
      await before.expire(['z'])
      await isolate()
      const options = { timeout: 60_000, failures: 3, probeAfter: 50 }
      const connection = createConnection({ host: '127.0.0.1', port: front.port }, options)
      const news: string[] = []
      const follower = createLogFollower(connection, site.keys, {
        bound: 300,
        onExpiry: (objects) => news.push(...objects),
        onGap: () => news.push('gap'),
      })
      try {
        follower.start()
        await vi.waitFor(() => expect(follower.clock).toBe(1), soon)
        await before.expire(['x'])
        await vi.waitFor(() => expect(news).toEqual(['gap', 'x']), soon)
        const after = site.open({ local: false }, replica.port)
        await failOver(async () => {
          for (let i = 0; i < others; i++) await after.expire([`other ${i}`])
        })
        await vi.waitFor(() => expect(news.lastIndexOf('gap')).toBeGreaterThan(1), soon)
        await vi.waitFor(() => expect(follower.clock).toBe(1 + others), soon)
        await after.expire(['y'])
        await vi.waitFor(() => expect(news.at(-1)).toBe('y'), soon)
      } finally {
        follower.stop()
        await connection.close()
      }
    },
  )

  it.each([0, 1, 2])('no fill from before is stored, after %i others on the new primary', async (others) => {
    const here = site.open({ local: false })
    await put(here, 'any')
    await isolate()
    await here.expire(['lost'])
    const token = await tokenFrom(here)
    await failOver(async () => {
      const there = site.open({ local: false }, replica.port)
      for (let i = 0; i < others; i++) await there.expire(['x'])
    })
    await vi.waitFor(() => tokenFrom(here), soon)
    expect(await here.commit('a', entryOf({ dependencies: ['x'] }), token)).toBe('unverifiable')
    await vi.waitFor(
      async () => expect(await put(here, 'a', { dependencies: ['x'] })).toBe('committed'),
      soon,
    )
  })

  it('a clock that the new primary has not reached is vouched for by nobody', async () => {
    const before = site.open({ local: false })
    await tokenFrom(before)
    await isolate()
    await before.expire(['lost'])
    const { epoch, clock } = await tokenFrom(before)
    await failOver()
    // Who has never spoken to the old one cannot know by its lines.
    const after = site.open({ local: false })
    await vi.waitFor(() => tokenFrom(after), soon)
    expect(await after.commit('a', entryOf(), { epoch, clock })).toBe('unverifiable')
    expect(await storedOf(after, ['a'])).toEqual([])
  })
})

describe('with waitReplicas', () => {
  it('an expiry, a refresh and a clear are done when the replica has them', async () => {
    const here = site.open({ local: false, waitReplicas: 1, timeout: 5_000 })
    const clock = async () => Number(await replica.client.get(site.keys.clock))
    for (let turn = 1; turn <= 20; turn++) {
      await (turn % 2 ? here.expire(['x']) : here.refresh(['x']))
      expect(await clock()).toBe(turn)
    }
    await tokenFrom(here)
    const epoch = await primary.client.get(site.keys.epoch)
    await here.clear()
    expect(await replica.client.get(site.keys.epoch)).not.toBe(epoch)
    expect(await replica.client.get(site.keys.epoch)).toBe(await primary.client.get(site.keys.epoch))
  })

  it('an expiry that the replica does not get is not done, until it is there again', async () => {
    const store = site.open({ local: false, waitReplicas: 1, timeout: 50 })
    const here = createSite({ clock: realClock, store })
    await put(here.store, 'a', { dependencies: ['x'] })
    await isolate()
    await expect(here.expire('x')).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
      cause: { code: 'CC_REDIS_REPLICAS' },
    })
    await expect(here.store.refresh(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
    await expect(here.store.clear()).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
    feed.refuse(false)
    await vi.waitFor(() => here.expire('x'), soon)
    expect(await replica.client.get(site.keys.clock)).toBe(await primary.client.get(site.keys.clock))
  })

  it('more replicas than there are are waited for in vain', async () => {
    const here = site.open({ local: false, waitReplicas: 2, timeout: 100 })
    await expect(here.expire(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
  })

  it('a fail-over in the midst of visits and expiries shows nothing that was expired', async () => {
    const newsroom = createNewsroom()
    const store = site.open({ waitReplicas: 1, timeout: 250, consistency: 'strict' })
    const here = createSite({ clock: realClock, store })
    let over = false
    const load = Promise.all([
      ...[1, 2].map(async () => {
        while (!over) await newsroom.visit(here)
      }),
      (async () => {
        for (let id = 0; !over; id++) {
          await newsroom.publish(here, id % 5).catch((error) => {
            expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' })
          })
          await setTimeout(20)
        }
      })(),
    ])
    await vi.waitFor(() => expect(here.happened()).toContain('hit front'), soon)
    await failOver()
    // The only replica has become the primary, and follows itself no more.
    primary = await startRedis({ args: ['--replicaof', '127.0.0.1', String(replica.port)] })
    const told = here.events.length
    await vi.waitFor(() => {
      const happened = new Set(here.events.slice(told).map(({ type }) => type))
      for (const type of ['expire', 'commit', 'hit'] as const) expect(happened.has(type)).toBe(true)
    }, soon)
    over = true
    await load
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), soon)
  })
})

it('steps of one expiry are not done on two servers', async () => {
  const options = { timeout: 60_000, failures: 3, probeAfter: 50 }
  const connection = createConnection({ host: '127.0.0.1', port: front.port }, options)
  try {
    const step = connection.onOneLine()
    await step((redis) => redis.ping())
    await step((redis) => redis.ping())
    front.cut()
    await vi.waitFor(() => connection.forExpiring((redis) => redis.ping()), soon)
    await expect(step((redis) => redis.ping())).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
  } finally {
    await connection.close()
  }
})
