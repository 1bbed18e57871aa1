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
  // What an earlier test still hears is no news of this one.
  const received: string[] = []
  notifications = received
  invalidationTracker = createInvalidationTracker(proxied.connection, proxied.site.keys, {
    maxSilenceMs: 300,
    onChanged: (keys) => received.push(...keys),
    onGap: () => received.push('gap'),
  })
})
afterEach(() => invalidationTracker.stop())

const isLive = () => invalidationTracker.isLive(performance.now())
const untilLive = () => vi.waitFor(() => expect(isLive()).toBe(true), WAIT)
const untilNotified = (...all: string[]) => vi.waitFor(() => expect(notifications).toEqual(all), WAIT)
const listen = async () => {
  invalidationTracker.start()
  await untilLive()
  await untilNotified('gap')
  notifications.length = 0
}
const deleteOf = (key: string) => redis.client.del(proxied.site.keys.fragment(key))

describe('hears of an entry that', () => {
  it.each([
    ['is deleted', (name: string) => redis.client.del(name)],
    ['is unlinked', (name: string) => redis.client.unlink(name)],
    ['is overwritten', (name: string) => redis.client.set(name, 'anything')],
    ['dies of age', (name: string) => redis.client.pexpire(name, 1)],
    ['is renamed', (name: string) => redis.client.rename(name, `${name} elsewhere`)],
  ])('%s', async (_, act) => {
    await commitEntry(other, 'a "1"', {})
    await listen()
    await act(proxied.site.keys.fragment('a "1"'))
    await vi.waitFor(() => expect(notifications).toContain('a "1"'), WAIT)
  })

  it('a tracker reports an evicted entry', async () => {
    await commitEntry(other, 'a', {})
    await listen()
    await redis.client.config('SET', 'maxmemory-policy', 'volatile-lru', 'maxmemory', '1')
    await redis.client.set('anything', 'at all').catch(() => {})
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    await vi.waitFor(() => expect(notifications).toContain('a'), WAIT)
  })

  it('a tracker reports an entry that another process marks or replaces', async () => {
    await commitEntry(other, 'a', { dependencies: ['x'] })
    await listen()
    await other.refresh(['x'])
    await untilNotified('a')
    await commitEntry(other, 'a', { dependencies: ['x'] })
    await untilNotified('a', 'a')
  })
})

describe('hearing of deletions', () => {
  it('a tracker leaves out the keys of other sites', async () => {
    await listen()
    await commitEntry(redis.site({ local: false }).open(), 'theirs')
    await redis.client.set('anything', 'at all')
    await commitEntry(other, 'ours')
    await untilNotified('ours')
  })

  it.each(['flushall', 'flushdb'] as const)('a tracker takes %s for a gap', async (command) => {
    await listen()
    await redis.client[command]()
    await untilNotified('gap')
  })

  it('a tracker takes a new connection for a gap', async () => {
    await listen()
    await commitEntry(other, 'a')
    await untilNotified('a')
    proxied.proxy.cut()
    await deleteOf('a')
    await vi.waitFor(() => expect(notifications.at(-1)).toBe('gap'), WAIT)
    await untilLive()
    notifications.length = 0
    await commitEntry(other, 'b')
    await untilNotified('b')
  })

  it('a tracker behind a jammed connection loses trust until it has caught up', async () => {
    await commitEntry(other, 'a')
    await listen()
    proxied.proxy.hold()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    await deleteOf('a')
    const trustedWith: string[][] = []
    const watch = setInterval(() => isLive() && trustedWith.push([...notifications]), 1)
    proxied.proxy.release()
    await untilLive()
    clearInterval(watch)
    // The deletion itself, or that something was missed.
    for (const known of trustedWith) expect(known).not.toEqual([])
  })

  it('a tracker of a silent server loses trust, and recovers', async () => {
    await listen()
    proxied.proxy.swallow()
    await vi.waitFor(() => expect(isLive()).toBe(false), WAIT)
    await untilLive()
    await commitEntry(other, 'a')
    await vi.waitFor(() => expect(notifications.at(-1)).toBe('a'), WAIT)
  })

  it('a tracker recovers when the server was too slow to let it begin', async () => {
    proxied.proxy.hold('replies', (link) => link.hasSent('tracking'))
    invalidationTracker.start()
    await vi.waitFor(() => expect(proxied.proxy.connections).toBe(1), WAIT)
    // Longer than it waits for an answer.
    await setTimeout(1_500)
    expect(isLive()).toBe(false)
    proxied.proxy.release()
    await untilLive()
  })

  it('a tracker renews its trust while nothing happens, on one connection', async () => {
    await listen()
    for (let bounds = 0; bounds < 5; bounds++) {
      await untilLive()
      // One bound of real time, in which nothing happens.
      await setTimeout(300)
    }
    await untilLive()
    expect(notifications).toEqual([])
    expect(proxied.proxy.connections).toBe(1)
  })

  it('a tracker keeps to one round of requests however often it is cut', async () => {
    await listen()
    for (let cuts = 0; cuts < 10; cuts++) {
      proxied.proxy.cut()
      await vi.waitFor(() => expect(notifications).toHaveLength(cuts + 1), WAIT)
      await untilLive()
    }
    const before = await pings()
    // Five bounds of real time.
    await setTimeout(1_500)
    // Four in each bound of 300 ms would be 20.
    expect((await pings()) - before).toBeLessThanOrEqual(25)
  })
})

it('a tracker on a new connection loses trust until it has reported the gap', async () => {
  await listen()
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
  // Its line would have come first.
  await proxied.connection.runGuarded((client) => client.ping())
  expect(proxied.proxy.connections).toBe(1)
})

async function pings(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_ping:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}
