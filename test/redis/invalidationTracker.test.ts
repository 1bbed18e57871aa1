import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import {
  createInvalidationTracker,
  type InvalidationTracker,
} from '../../lib/redis/localCache/invalidationTracker.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }

const proxied = proxiedSite(redis, { local: false })
let other: FragmentStore
let invalidationTracker: InvalidationTracker
let notifications: string[]

beforeEach(() => {
  other = proxied.site.open()
  // A tracker of an earlier test may still report. It must not write into the array of this test.
  const received: string[] = []
  notifications = received
  invalidationTracker = createInvalidationTracker(proxied.connection, proxied.site.keys, {
    maxStalenessMs: 300,
    onChanged: (keys) => received.push(...keys),
    onGap: () => received.push('gap'),
  })
})
afterEach(() => invalidationTracker.stop())

const isLive = () => invalidationTracker.isLive(performance.now())
const untilLive = () => vi.waitFor(() => expect(isLive()).toBe(true), WAIT)
const untilNotified = (...all: string[]) => vi.waitFor(() => expect(notifications).toEqual(all), WAIT)
const startTracking = async () => {
  invalidationTracker.start()
  await untilLive()
  await untilNotified('gap')
  notifications.length = 0
}
const deleteEntry = (key: string) => redis.client.del(proxied.site.keys.fragment(key))

describe('the changes that a tracker reports', () => {
  it.each([
    ['is deleted', (name: string) => redis.client.del(name)],
    ['is unlinked', (name: string) => redis.client.unlink(name)],
    ['is overwritten', (name: string) => redis.client.set(name, 'anything')],
    ['reaches its TTL', (name: string) => redis.client.pexpire(name, 1)],
    ['is renamed', (name: string) => redis.client.rename(name, `${name} elsewhere`)],
  ])('a tracker reports an entry that %s', async (_, act) => {
    await commitEntry(other, 'a "1"', {})
    await startTracking()
    await act(proxied.site.keys.fragment('a "1"'))
    await vi.waitFor(() => expect(notifications).toContain('a "1"'), WAIT)
  })

  it('a tracker reports an evicted entry', async () => {
    await commitEntry(other, 'a', {})
    await startTracking()
    await redis.client.config('SET', 'maxmemory-policy', 'volatile-lru', 'maxmemory', '1')
    await redis.client.set('anything', 'at all').catch(() => {})
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    await vi.waitFor(() => expect(notifications).toContain('a'), WAIT)
  })

  it('a tracker reports an entry that another process marks or replaces', async () => {
    await commitEntry(other, 'a', { dependencies: ['x'] })
    await startTracking()
    await other.refresh(['x'])
    await untilNotified('a')
    await commitEntry(other, 'a', { dependencies: ['x'] })
    await untilNotified('a', 'a')
  })
})

describe('a tracker and its connection', () => {
  it('a tracker does not report keys of other namespaces', async () => {
    await startTracking()
    await commitEntry(redis.site({ local: false }).open(), 'foreign')
    await redis.client.set('anything', 'at all')
    await commitEntry(other, 'own')
    await untilNotified('own')
  })

  it.each(['flushall', 'flushdb'] as const)('a tracker reports a gap after %s', async (command) => {
    await startTracking()
    await redis.client[command]()
    await untilNotified('gap')
  })

  it('a tracker reports a gap when it has a new connection', async () => {
    await startTracking()
    await commitEntry(other, 'a')
    await untilNotified('a')
    proxied.proxy.cut()
    await deleteEntry('a')
    await vi.waitFor(() => expect(notifications.at(-1)).toBe('gap'), WAIT)
    await untilLive()
    notifications.length = 0
    await commitEntry(other, 'b')
    await untilNotified('b')
  })

  it('a tracker on a jammed connection is not live until it has caught up', async () => {
    await commitEntry(other, 'a')
    await startTracking()
    proxied.proxy.hold()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    await deleteEntry('a')
    const notificationsWhileLive: string[][] = []
    const watch = setInterval(() => isLive() && notificationsWhileLive.push([...notifications]), 1)
    proxied.proxy.release()
    await untilLive()
    clearInterval(watch)
    // The deletion itself, or a gap.
    for (const received of notificationsWhileLive) expect(received).not.toEqual([])
  })

  it('a tracker of a silent server is not live, and recovers by a new connection', async () => {
    await startTracking()
    proxied.proxy.swallow()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    await untilLive()
    await commitEntry(other, 'a')
    await vi.waitFor(() => expect(notifications.at(-1)).toBe('a'), WAIT)
  })

  it('a tracker recovers when the server was too slow during its preparation', async () => {
    proxied.proxy.hold('replies', (link) => link.hasSent('tracking'))
    invalidationTracker.start()
    await vi.waitFor(() => expect(proxied.proxy.connections).toBe(1), WAIT)
    // Lets the command fail, after its timeout of 1,300 ms of real time.
    await setTimeout(1_500)
    expect(isLive()).toBe(false)
    proxied.proxy.release()
    await untilLive()
  })

  it('a tracker stays live on one connection while nothing happens', async () => {
    await startTracking()
    for (let bounds = 0; bounds < 5; bounds++) {
      await untilLive()
      // `maxStalenessMs` of real time, in which nothing happens.
      await setTimeout(300)
    }
    await untilLive()
    expect(notifications).toEqual([])
    expect(proxied.proxy.connections).toBe(1)
  })

  it('a tracker pings at one steady rate however often its connection was cut', async () => {
    await startTracking()
    for (let cuts = 0; cuts < 10; cuts++) {
      proxied.proxy.cut()
      await vi.waitFor(() => expect(notifications).toHaveLength(cuts + 1), WAIT)
      await untilLive()
    }
    const startedAt = performance.now()
    const before = await countPings()
    // Lets the tracker ping about 20 times.
    await setTimeout(1_500)
    const pings = (await countPings()) - before
    // One ping in each quarter of `maxStalenessMs`. A loop that survived a cut would double them.
    expect(pings).toBeLessThanOrEqual(1.1 * ((performance.now() - startedAt) / 75) + 2)
  })
})

it('a tracker on a new connection is not live until it has reported the gap', async () => {
  await startTracking()
  proxied.proxy.refuse(true)
  invalidationTracker.reconnect()
  expect(isLive()).toBe(false)
  proxied.proxy.refuse(false)
  await untilLive()
  expect(notifications).toEqual(['gap'])
})

it('a stopped tracker opens no connection', async () => {
  invalidationTracker.stop()
  invalidationTracker.start()
  invalidationTracker.reconnect()
  // A connection of the tracker would have come first.
  await proxied.connection.runThroughBreaker((client) => client.ping())
  expect(proxied.proxy.connections).toBe(1)
})

async function countPings(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_ping:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}
