import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../../lib/core/fragmentStore.ts'
import { createConnection } from '../../../lib/redis/connection/connection.ts'
import { createLogFollower } from '../../../lib/redis/expiryFeed/logFollower.ts'
import { createLogPosition } from '../../../lib/redis/expiryFeed/logPosition.ts'
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
/** So long that no copy is refused for its age. */
const trusting: RedisStoreOptions = { local: { maxStalenessMs: 600_000 } }

let primary: RedisServer
let replica: RedisServer
/** The way from the replica to the primary. */
let replication: TcpProxy
/** The way from the clients to the current primary. */
let front: TcpProxy
let site: RedisSite

beforeEach(async () => {
  const args = ['--repl-diskless-sync-delay', '0']
  ;[primary, replica] = await Promise.all([startRedis({ args }), startRedis({ args })])
  replication = await startProxy(primary.port)
  front = await startProxy(primary.port)
  site = siteOn(() => front.port)
  await replica.client.replicaof('127.0.0.1', replication.port)
  await vi.waitFor(expectReplicaToFollow, WAIT)
})
afterEach(async () => {
  await site.close()
  await Promise.all([front.close(), replication.close()])
  await Promise.all([primary.stop(), replica.stop()])
})

async function expectReplicaToFollow() {
  await primary.client.incr('here')
  expect(await primary.client.wait(1, 1_000)).toBe(1)
}
/** Cuts the replica off from the primary. */
async function isolateReplica() {
  await vi.waitFor(expectReplicaToFollow, WAIT)
  replication.refuse(true)
  replication.cut()
}
/** @param actBefore runs on the new primary before the clients reach it */
async function failOver(actBefore: () => Promise<unknown> = async () => {}) {
  front.refuse(true)
  await primary.kill()
  await replica.client.replicaof('NO', 'ONE')
  await actBefore()
  front.target = replica.port
  front.refuse(false)
}
const lookup = async (store: FragmentStore, key: string) => (await store.lookup([{ key, ageMs: 0 }]))[0]
const isLocal = async (store: FragmentStore, key: string) => {
  const lookedUp = await lookup(store, key)
  return lookedUp?.entry !== undefined && lookedUp.token === undefined
}

describe('a fail-over to a replica that lacks the last expiries', () => {
  // With further expiries, the clock of the new primary may reach that of the old one.
  it.each([0, 1, 2])(
    'copies are dropped after a fail-over with %i expiries on the new primary',
    async (others) => {
      // Begins an epoch. Without an epoch no copies are kept.
      await fetchToken(site.open({ local: false }))
      const here = site.open(trusting)
      await commitEntry(here, 'kept', { dependencies: ['y'] })
      await here.expire(['z'])
      await isolateReplica()
      // The new primary will lack this entry and this expiry.
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
    'a follower reports a gap after a fail-over with %i expiries on the new primary',
    async (others) => {
      const before = site.open({ local: false }, primary.port)
      await fetchToken(before)
      await before.expire(['z'])
      await isolateReplica()
      const options = { timeout: 60_000, failures: 3, probeAfter: 50 }
      const connection = createConnection({ host: '127.0.0.1', port: front.port }, options)
      const notifications: string[] = []
      const logPosition = createLogPosition(300)
      const follower = createLogFollower(connection, site.keys, {
        logPosition,
        onExpiry: (objects) => notifications.push(...objects),
        onGap: () => notifications.push('gap'),
      })
      try {
        follower.start()
        await vi.waitFor(() => expect(logPosition.clock).toBe(1), WAIT)
        await before.expire(['x'])
        await vi.waitFor(() => expect(notifications).toEqual(['gap', 'x']), WAIT)
        const after = site.open({ local: false }, replica.port)
        await failOver(async () => {
          for (let i = 0; i < others; i++) await after.expire([`other ${i}`])
        })
        await vi.waitFor(() => expect(notifications.lastIndexOf('gap')).toBeGreaterThan(1), WAIT)
        await vi.waitFor(() => expect(logPosition.clock).toBe(1 + others), WAIT)
        await after.expire(['y'])
        await vi.waitFor(() => expect(notifications.at(-1)).toBe('y'), WAIT)
      } finally {
        follower.stop()
        await connection.close()
      }
    },
  )

  it.each([0, 1, 2])('an older fill is refused after a fail-over with %i new expiries', async (others) => {
    const here = site.open({ local: false })
    await commitEntry(here, 'any')
    await isolateReplica()
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

  it('a token with a clock that the new primary has not reached is refused', async () => {
    const before = site.open({ local: false })
    await fetchToken(before)
    await isolateReplica()
    await before.expire(['lost'])
    const { epoch, clock } = await fetchToken(before)
    await failOver()
    // This process has no lost connection that would show the fail-over.
    const after = site.open({ local: false })
    await vi.waitFor(() => fetchToken(after), WAIT)
    expect(await after.commit('a', entryOf(), { epoch, clock })).toBe('unverifiable')
    expect(await filterStored(after, ['a'])).toEqual([])
  })
})

describe('`waitReplicas`', () => {
  it('an expiry, a refresh and a clear with waitReplicas end when the replica has them', async () => {
    const here = site.open({ local: false, waitReplicas: 1, timeout: 30_000 })
    const readReplicaClock = async () => Number(await replica.client.get(site.keys.clock))
    for (let turn = 1; turn <= 20; turn++) {
      await (turn % 2 ? here.expire(['x']) : here.refresh(['x']))
      expect(await readReplicaClock()).toBe(turn)
    }
    await fetchToken(here)
    const epoch = await primary.client.get(site.keys.epoch)
    await here.clear()
    expect(await replica.client.get(site.keys.epoch)).not.toBe(epoch)
    expect(await replica.client.get(site.keys.epoch)).toBe(await primary.client.get(site.keys.epoch))
  })

  it('an expiry with waitReplicas rejects until the replica is back', async () => {
    // WAIT takes all of the timeout, and connecting to a busy machine must not.
    const store = site.open({ local: false, waitReplicas: 1, timeout: 500 })
    const here = createSite({ clock: realClock, store })
    await isolateReplica()
    await expect(here.expire('x')).rejects.toMatchObject({
      code: 'CC_EXPIRE_FAILED',
      cause: { code: 'CC_REDIS_REPLICAS' },
    })
    await expect(here.store.refresh(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
    await expect(here.store.clear()).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
    replication.refuse(false)
    await vi.waitFor(() => here.expire('x'), WAIT)
    expect(await replica.client.get(site.keys.clock)).toBe(await primary.client.get(site.keys.clock))
  })

  it('an expiry rejects when waitReplicas exceeds the number of replicas', async () => {
    const here = site.open({ local: false, waitReplicas: 2, timeout: 1_000 })
    await expect(here.expire(['x'])).rejects.toMatchObject({ code: 'CC_REDIS_REPLICAS' })
  })

  it('a fail-over with waitReplicas under load shows nothing expired', async () => {
    const newsroom = createNewsroom()
    const store = site.open({ waitReplicas: 1, timeout: 250, consistency: 'strict' })
    const here = createSite({ clock: realClock, store })
    let isOver = false
    const load = Promise.all([
      ...[1, 2].map(async () => {
        while (!isOver) await newsroom.visit(here)
      }),
      (async () => {
        for (let id = 0; !isOver; id++) {
          await newsroom.publish(here, id % 5).catch((error) => {
            expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' })
          })
          // The pause between two edits. On a busy machine, visits need more than a fixed pause for a hit.
          await Promise.race([here.next('hit'), setTimeout(500)])
        }
      })(),
    ])
    const waitForLoad = (eventCount: number) =>
      vi.waitFor(() => {
        const eventTypes = new Set(here.events.slice(eventCount).map(({ type }) => type))
        for (const type of ['expire', 'commit', 'hit'] as const) expect(eventTypes.has(type)).toBe(true)
      }, WAIT)
    await waitForLoad(0)
    await failOver()
    // The only replica is the primary now, so expiries need a new replica.
    primary = await startRedis({ args: ['--replicaof', '127.0.0.1', String(replica.port)] })
    await waitForLoad(here.events.length)
    isOver = true
    await load
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
  })
})

it('the steps of one expiry never run on two servers', async () => {
  const options = { timeout: 60_000, failures: 3, probeAfter: 50 }
  const connection = createConnection({ host: '127.0.0.1', port: front.port }, options)
  try {
    const step = connection.pinConnection()
    await step((redis) => redis.ping())
    await step((redis) => redis.ping())
    front.cut()
    await vi.waitFor(() => connection.runPastBreaker((redis) => redis.ping()), WAIT)
    await expect(step((redis) => redis.ping())).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
  } finally {
    await connection.close()
  }
})
