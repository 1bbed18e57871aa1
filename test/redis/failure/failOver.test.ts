import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { createConnection } from '../../../lib/redis/connection/connection.ts'
import { createFollowedHistory } from '../../../lib/redis/expiryFeed/followedHistory.ts'
import { createLogFollower } from '../../../lib/redis/expiryFeed/logFollower.ts'
import type { RedisStoreOptions } from '../../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken, filterStored } from '../../support/commitEntry.ts'
import { entryOf } from '../../support/entries.ts'
import { createSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit } from '../../support/newsroom.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { type RedisSite, realClock, siteOn } from '../../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const WAIT = { timeout: 30_000, interval: 10 }
/** So long that nothing is refused for its age. */
const trusting: RedisStoreOptions = { local: { maxStalenessMs: 600_000 } }

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
  await vi.waitFor(replicaFollows, WAIT)
})
afterEach(async () => {
  await site.close()
  await Promise.all([front.close(), feed.close()])
  await Promise.all([primary.stop(), replica.stop()])
})

async function replicaFollows() {
  await primary.client.incr('here')
  expect(await primary.client.wait(1, 1_000)).toBe(1)
}
/** From here on the replica hears of nothing. */
async function isolate() {
  await vi.waitFor(replicaFollows, WAIT)
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
const lookup = async (store: FragmentStore, key: string) => (await store.lookup([{ key, ageMs: 0 }]))[0]
const isLocal = async (store: FragmentStore, key: string) => {
  const lookedUp = await lookup(store, key)
  return lookedUp?.entry !== undefined && lookedUp.token === undefined
}

describe('after a fail-over to a replica that lacks the last expiries', () => {
  // The new primary may count as far as the old one had, with other expiries.
  it.each([0, 1, 2])(
    'copies in processes go after a fail-over, and %i others on the new primary',
    async (others) => {
      // Begins the epoch, which copies are of.
      await fetchToken(site.open({ local: false }))
      const here = site.open(trusting)
      await commitEntry(here, 'kept', { dependencies: ['y'] })
      await here.expire(['z'])
      await isolate()
      // Neither this entry nor this expiry will be known.
      await commitEntry(here, 'lost', { dependencies: ['y'] })
      await here.expire(['x'])
      for (const key of ['kept', 'lost']) {
        await vi.waitFor(async () => expect(await isLocal(here, key)).toBe(true), WAIT)
      }
      await failOver(async () => {
        const there = site.open({ local: false }, replica.port)
        for (let i = 0; i < others; i++) await there.expire([`other ${i}`])
      })
      await vi.waitFor(async () => expect((await lookup(here, 'lost'))?.entry).toBeUndefined(), WAIT)
      await vi.waitFor(async () => expect(await isLocal(here, 'kept')).toBe(true), WAIT)
      await site.open({ local: false }, replica.port).expire(['y'])
      await vi.waitFor(async () => expect((await lookup(here, 'kept'))?.entry).toBeUndefined(), WAIT)
    },
  )

  it.each([0, 1, 2])(
    'a follower reports a gap after a fail-over, and %i others on the new primary',
    async (others) => {
      const before = site.open({ local: false }, primary.port)
      await fetchToken(before)
      await before.expire(['z'])
      await isolate()
      const options = { timeout: 60_000, failures: 3, probeAfter: 50 }
      const connection = createConnection({ host: '127.0.0.1', port: front.port }, options)
      const notifications: string[] = []
      const history = createFollowedHistory(300)
      const follower = createLogFollower(connection, site.keys, {
        history,
        onExpiry: (objects) => notifications.push(...objects),
        onGap: () => notifications.push('gap'),
      })
      try {
        follower.start()
        await vi.waitFor(() => expect(history.clock).toBe(1), WAIT)
        await before.expire(['x'])
        await vi.waitFor(() => expect(notifications).toEqual(['gap', 'x']), WAIT)
        const after = site.open({ local: false }, replica.port)
        await failOver(async () => {
          for (let i = 0; i < others; i++) await after.expire([`other ${i}`])
        })
        await vi.waitFor(() => expect(notifications.lastIndexOf('gap')).toBeGreaterThan(1), WAIT)
        await vi.waitFor(() => expect(history.clock).toBe(1 + others), WAIT)
        await after.expire(['y'])
        await vi.waitFor(() => expect(notifications.at(-1)).toBe('y'), WAIT)
      } finally {
        follower.stop()
        await connection.close()
      }
    },
  )

  it.each([0, 1, 2])('no fill from before is stored, after %i others on the new primary', async (others) => {
    const here = site.open({ local: false })
    await commitEntry(here, 'any')
    await isolate()
    await here.expire(['lost'])
    const token = await fetchToken(here)
    await failOver(async () => {
      const there = site.open({ local: false }, replica.port)
      for (let i = 0; i < others; i++) await there.expire(['x'])
    })
    await vi.waitFor(() => fetchToken(here), WAIT)
    expect(await here.commit('a', entryOf({ dependencies: ['x'] }), token)).toBe('unverifiable')
    await vi.waitFor(
      async () => expect(await commitEntry(here, 'a', { dependencies: ['x'] })).toBe('committed'),
      WAIT,
    )
  })

  it('a clock that the new primary has not reached is vouched for by nobody', async () => {
    const before = site.open({ local: false })
    await fetchToken(before)
    await isolate()
    await before.expire(['lost'])
    const { epoch, clock } = await fetchToken(before)
    await failOver()
    // Who has never spoken to the old one cannot know by its lines.
    const after = site.open({ local: false })
    await vi.waitFor(() => fetchToken(after), WAIT)
    expect(await after.commit('a', entryOf(), { epoch, clock })).toBe('unverifiable')
    expect(await filterStored(after, ['a'])).toEqual([])
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
    await fetchToken(here)
    const epoch = await primary.client.get(site.keys.epoch)
    await here.clear()
    expect(await replica.client.get(site.keys.epoch)).not.toBe(epoch)
    expect(await replica.client.get(site.keys.epoch)).toBe(await primary.client.get(site.keys.epoch))
  })

  it('an expiry that the replica does not get is not done, until it is there again', async () => {
    const store = site.open({ local: false, waitReplicas: 1, timeout: 50 })
    const here = createSite({ clock: realClock, store })
    await commitEntry(here.store, 'a', { dependencies: ['x'] })
    await isolate()
    await expect(here.expire('x')).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
      cause: { code: 'CC_REDIS_REPLICAS' },
    })
    await expect(here.store.refresh(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
    await expect(here.store.clear()).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
    feed.refuse(false)
    await vi.waitFor(() => here.expire('x'), WAIT)
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
          // The load of an editor.
          await setTimeout(20)
        }
      })(),
    ])
    await vi.waitFor(() => expect(here.happened()).toContain('hit front'), WAIT)
    await failOver()
    // The only replica has become the primary, and follows itself no more.
    primary = await startRedis({ args: ['--replicaof', '127.0.0.1', String(replica.port)] })
    const eventCount = here.events.length
    await vi.waitFor(() => {
      const happened = new Set(here.events.slice(eventCount).map(({ type }) => type))
      for (const type of ['expire', 'commit', 'hit'] as const) expect(happened.has(type)).toBe(true)
    }, WAIT)
    over = true
    await load
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  })
})

it('one expiry is never done on two servers', async () => {
  const options = { timeout: 60_000, failures: 3, probeAfter: 50 }
  const connection = createConnection({ host: '127.0.0.1', port: front.port }, options)
  try {
    const step = connection.pinConnection()
    await step((redis) => redis.ping())
    await step((redis) => redis.ping())
    front.cut()
    await vi.waitFor(() => connection.runAlways((redis) => redis.ping()), WAIT)
    await expect(step((redis) => redis.ping())).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
  } finally {
    await connection.close()
  }
})
