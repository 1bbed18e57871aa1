import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/store.ts'
import { createDeletions, type Deletions } from '../../lib/redis/deletions.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { put } from '../support/put.ts'
import { redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const soon = { timeout: 30_000, interval: 5 }

const line = proxiedSite(redis, { local: false })
let other: FragmentStore
let deletions: Deletions
let news: string[]

beforeEach(() => {
  other = line.site.open()
  // What an earlier test still hears is no news of this one.
  const ours: string[] = []
  news = ours
  deletions = createDeletions(line.connection, line.site.keys, {
    bound: 300,
    onChanged: (keys) => ours.push(...keys),
    onGap: () => ours.push('gap'),
  })
})
afterEach(() => deletions.stop())

const isLive = () => deletions.isLive(performance.now())
const untilLive = () => vi.waitFor(() => expect(isLive()).toBe(true), soon)
const untilTold = (...all: string[]) => vi.waitFor(() => expect(news).toEqual(all), soon)
const listen = async () => {
  deletions.start()
  await untilLive()
  await untilTold('gap')
  news.length = 0
}
const deleteOf = (key: string) => redis.client.del(line.site.keys.fragment(key))

describe('hears of an entry that', () => {
  it.each([
    ['is deleted', (name: string) => redis.client.del(name)],
    ['is unlinked', (name: string) => redis.client.unlink(name)],
    ['is overwritten', (name: string) => redis.client.set(name, 'anything')],
    ['dies of age', (name: string) => redis.client.pexpire(name, 1)],
    ['is renamed', (name: string) => redis.client.rename(name, `${name} elsewhere`)],
  ])('%s', async (_, how) => {
    await put(other, 'a "1"', {})
    await listen()
    await how(line.site.keys.fragment('a "1"'))
    await vi.waitFor(() => expect(news).toContain('a "1"'), soon)
  })

  it('is evicted', async () => {
    await put(other, 'a', {})
    await listen()
    await redis.client.config('SET', 'maxmemory-policy', 'volatile-lru', 'maxmemory', '1')
    await redis.client.set('anything', 'at all').catch(() => {})
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0')
    await vi.waitFor(() => expect(news).toContain('a'), soon)
  })

  it('is marked stale, or replaced, by another process', async () => {
    await put(other, 'a', { dependencies: ['x'] })
    await listen()
    await other.refresh(['x'])
    await untilTold('a')
    await put(other, 'a', { dependencies: ['x'] })
    await untilTold('a', 'a')
  })
})

describe('hearing of deletions', () => {
  it('leaves out the keys of other sites', async () => {
    await listen()
    await put(redis.site({ local: false }).open(), 'theirs')
    await redis.client.set('anything', 'at all')
    await put(other, 'ours')
    await untilTold('ours')
  })

  it.each(['flushall', 'flushdb'] as const)('takes %s for a gap', async (how) => {
    await listen()
    await redis.client[how]()
    await untilTold('gap')
  })

  it('takes a new connection for a gap', async () => {
    await listen()
    await put(other, 'a')
    await untilTold('a')
    line.proxy.cut()
    await deleteOf('a')
    await vi.waitFor(() => expect(news.at(-1)).toBe('gap'), soon)
    await untilLive()
    news.length = 0
    await put(other, 'b')
    await untilTold('b')
  })

  it('is trusted no longer than its bound while the line is jammed, and not before it has heard all', async () => {
    await put(other, 'a')
    await listen()
    line.proxy.hold()
    await vi.waitFor(() => expect(isLive()).toBe(false), soon)
    await deleteOf('a')
    const trustedWith: string[][] = []
    const watch = setInterval(() => isLive() && trustedWith.push([...news]), 1)
    line.proxy.release()
    await untilLive()
    clearInterval(watch)
    // The deletion itself, or that something was missed.
    for (const told of trustedWith) expect(told).not.toEqual([])
  })

  it('is trusted no longer than its bound while nothing answers, and finds a way back', async () => {
    await listen()
    line.proxy.swallow()
    await vi.waitFor(() => expect(isLive()).toBe(false), soon)
    await untilLive()
    await put(other, 'a')
    await vi.waitFor(() => expect(news.at(-1)).toBe('a'), soon)
  })

  it('finds a way back when the server was too slow to let it begin', async () => {
    line.proxy.hold('replies', (link) => link.said('tracking'))
    deletions.start()
    await vi.waitFor(() => expect(line.proxy.links).toBe(1), soon)
    // Longer than it waits for an answer.
    await setTimeout(1_500)
    expect(isLive()).toBe(false)
    line.proxy.release()
    await untilLive()
  })

  it('is trusted again and again while nothing happens, on one connection', async () => {
    await listen()
    for (let bounds = 0; bounds < 5; bounds++) {
      await untilLive()
      await setTimeout(300)
    }
    await untilLive()
    expect(news).toEqual([])
    expect(line.proxy.links).toBe(1)
  })

  it('keeps to one round of questions however often the line is cut', async () => {
    await listen()
    for (let cuts = 0; cuts < 10; cuts++) {
      line.proxy.cut()
      await vi.waitFor(() => expect(news).toHaveLength(cuts + 1), soon)
      await untilLive()
    }
    const before = await pings()
    await setTimeout(1_500)
    // Four in each bound of 300 ms would be 20.
    expect((await pings()) - before).toBeLessThanOrEqual(25)
  })
})

it('on a new line it is not trusted before it has heard of the gap', async () => {
  await listen()
  line.proxy.refuse(true)
  deletions.reconnect()
  expect(isLive()).toBe(false)
  line.proxy.refuse(false)
  await untilLive()
  expect(news).toEqual(['gap'])
})

it('once it was stopped it opens no line any more', async () => {
  deletions.stop()
  deletions.start()
  deletions.reconnect()
  // Its line would have come first.
  await line.connection.forReading((client) => client.ping())
  expect(line.proxy.links).toBe(1)
})

async function pings(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_ping:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}
