import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore } from '../../lib/core/fragmentStore.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken } from '../support/commitEntry.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'
import type { ProxiedConnection } from '../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const proxied = proxiedSite(redis)
const WAIT = { timeout: 30_000, interval: 2 }
const path = 'next/tag:_N_T_/a'
const otherPath = 'next/tag:_N_T_/b'

/** The stores of two processes. The connections of `here` go through the proxy. */
let here: FragmentStore
let there: FragmentStore
beforeEach(() => {
  there = proxied.site.open({ local: false })
})

const readShared = (objects = [path], from = there) =>
  from.getLastExpiry?.(objects, { shared: true }) as Promise<number>
const readRecords = async () => {
  const flat = await redis.client.zrange(proxied.site.keys.paths, '0', '-1', 'WITHSCORES')
  return new Map(
    flat.flatMap((member, at) => (at % 2 === 0 ? [[member, Number(flat[at + 1])] as const] : [])),
  )
}
const readClock = async () => Number(await redis.client.get(proxied.site.keys.clock))

describe('the record of expiries in Redis', () => {
  it('an expiry in several batches is recorded with the clock of the last batch', async () => {
    for (let index = 0; index < 50; index++)
      await commitEntry(there, `fragment ${index}`, { dependencies: [path] })
    const slow = proxied.site.open({ local: false, batchSize: 5 })
    expect(await slow.expire([path])).toBe(50)
    expect(await readClock()).toBe(2)
    expect(await readShared()).toBe(2)
  })

  it('a read of many paths takes one request', async () => {
    await there.expire([path])
    await readShared()
    await redis.client.config('RESETSTAT')
    const paths = Array.from({ length: 5_000 }, (_, index) => `next/tag:_N_T_/${index}`)
    expect(await readShared([...paths, path])).toBe(1)
    const stats = await redis.client.info('commandstats')
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('1')
  })

  it('records beyond the bound are trimmed 1,000 a call, the oldest first', async () => {
    const { paths } = proxied.site.keys
    const members = Array.from({ length: 12_500 }, (_, at) => [at + 1, `next/tag:_N_T_/${at}`] as const)
    await redis.client.set(proxied.site.keys.clock, 20_000)
    await redis.client.zadd(paths, 0, '', ...members.flat())
    const floors: number[] = []
    for (let call = 0; call < 4; call++) {
      await there.expire([path])
      floors.push((await readRecords()).get('') as number)
    }
    expect(floors).toEqual([1_000, 2_000, 2_501, 2_501])
    expect((await readRecords()).size).toBe(10_001)
    expect(await readShared([otherPath])).toBe(2_501)
    expect(await readShared(['next/tag:_N_T_/2501'])).toBe(2_502)
  })
})

describe('a lost record of expiries', () => {
  it('an entry from before the loss shows no path, and a later one does', async () => {
    await there.expire([path])
    await there.expire(['x'])
    const before = await fetchToken(there)
    await there.expire(['y'])
    await redis.client.del(proxied.site.keys.paths)
    const after = await fetchToken(there)
    for (const objects of [[path], [otherPath]]) {
      expect(await readShared(objects)).toBeGreaterThan(before.clock)
      expect(await readShared(objects)).toBeLessThanOrEqual(after.clock)
    }
  })

  it.each(['expire', 'refresh'] as const)(
    'an entry from before the loss shows no path after %s of another object either',
    async (mode) => {
      const before = await fetchToken(there)
      await there.expire([path])
      await redis.client.del(proxied.site.keys.paths)
      const after = await fetchToken(there)
      await there[mode](['x'])
      for (const objects of [[path], [otherPath]]) {
        expect(await readShared(objects)).toBeGreaterThan(before.clock)
        expect(await readShared(objects)).toBeLessThanOrEqual(after.clock)
      }
    },
  )

  it('refreshes do not raise the last expiry of a site that expires nothing', async () => {
    for (let index = 0; index < 3; index++) await there.refresh([path])
    expect(await readShared()).toBe(0)
  })
})

describe('the memory of a process', () => {
  /** So long that no answer in a test is refused for its age. */
  const trusting: RedisStoreOptions = { local: { maxStalenessMs: 600_000 } }
  const carriesFeed = (link: ProxiedConnection) => link.hasSent('xread') || link.hasSent('tracking')
  const carriesReads = (link: ProxiedConnection) => !carriesFeed(link)
  const openHere = (options: RedisStoreOptions = trusting) => {
    here = proxied.site.open(options, proxied.proxy.port)
  }
  const read = (objects = [path]) => here.getLastExpiry?.(objects) as number | Promise<number>
  /** Waits until the process can answer without a request. */
  const untilKnown = (objects = [path]) =>
    vi.waitFor(async () => {
      await read(objects)
      expect(read(objects)).toBeTypeOf('number')
    }, WAIT)

  it('a path that was read once is answered without a request', async () => {
    await there.expire([path])
    openHere()
    await untilKnown()
    proxied.proxy.hold('both', carriesReads)
    expect(read()).toBe(1)
  })

  it('a path that was not read before needs a request', async () => {
    await there.expire(['x', otherPath])
    openHere()
    await untilKnown()
    const both = read([path, otherPath])
    expect(both).toBeInstanceOf(Promise)
    expect(await both).toBe(1)
    expect(read([path, otherPath])).toBe(1)
  })

  it('an expiry by another process soon raises the answer, and a refresh does not', async () => {
    openHere()
    await untilKnown([path, otherPath])
    proxied.proxy.hold('both', carriesReads)
    await there.refresh([path])
    await there.expire([otherPath])
    await vi.waitFor(() => expect(read([otherPath])).toBe(2), WAIT)
    expect(read()).toBe(0)
  })

  it('an expiry by this process raises the answer at once, and a refresh does not', async () => {
    openHere()
    await untilKnown([path, otherPath])
    proxied.proxy.hold('replies', carriesFeed)
    await here.refresh([path])
    await here.expire([otherPath])
    expect(read()).toBe(0)
    expect(read([otherPath])).toBe(2)
  })

  it('any earlier moment is too early while an expiry of this process is on its way', async () => {
    openHere()
    await untilKnown([path, otherPath])
    const expiring = here.expire([path])
    expect(read()).toBe(Infinity)
    expect(await readShared([path], here)).toBe(Infinity)
    expect(read([otherPath])).toBe(0)
    await expiring
    expect(read()).toBe(1)
  })

  it('a shared read asks Redis', async () => {
    openHere()
    await untilKnown()
    proxied.proxy.hold('replies', carriesFeed)
    await there.expire([path])
    expect(read()).toBe(0)
    expect(await readShared([path], here)).toBe(1)
    // The reply is the newest that this process knows.
    expect(read()).toBe(1)
  })

  it('a reply from before an expiry does not replace it', async () => {
    openHere()
    await untilKnown([otherPath])
    proxied.proxy.hold('replies', carriesReads)
    await redis.client.config('RESETSTAT')
    const late = read()
    await vi.waitFor(async () => {
      expect(await redis.client.info('commandstats')).toMatch(/cmdstat_evalsha:calls=1,/)
    }, WAIT)
    await there.expire([path, otherPath])
    await vi.waitFor(() => expect(read([otherPath])).toBe(1), WAIT)
    proxied.proxy.release()
    expect(await late).toBe(0)
    expect(await read()).toBe(1)
    expect(read()).toBe(1)
  })

  it.each([
    ['strict mode', { ...trusting, consistency: 'strict' }],
    ['the option `local: false`', { local: false }],
  ] satisfies [string, RedisStoreOptions][])('each read asks Redis with %s', async (_, options) => {
    openHere(options)
    for (let index = 1; index < 20; index++) {
      await there.expire([path])
      const reply = read()
      expect(reply).toBeInstanceOf(Promise)
      expect(await reply).toBe(index)
    }
  })

  it('the memory does not answer when Redis is silent longer than `maxStalenessMs`', async () => {
    openHere({ local: { maxStalenessMs: 300 } })
    await untilKnown()
    proxied.proxy.hold()
    await vi.waitFor(() => expect(read()).toBeInstanceOf(Promise), WAIT)
    await there.expire([path])
    proxied.proxy.release()
    expect(await read()).toBe(1)
  })

  it('the memory does not answer on a closed connection, and misses no expiry', async () => {
    openHere({ ...trusting, timeout: 250 })
    await untilKnown()
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    const fails = async () => {
      const reply = read()
      expect(reply).toBeInstanceOf(Promise)
      await expect(reply).rejects.toThrow()
    }
    await vi.waitFor(fails, WAIT)
    await there.expire([path])
    proxied.proxy.refuse(false)
    await vi.waitFor(async () => expect(await read()).toBe(1), WAIT)
    await untilKnown()
    expect(read()).toBe(1)
  })

  it.each([
    ['a clear', async () => there.clear()],
    ['FLUSHALL', async () => void (await redis.client.flushall())],
  ])('the memory has no clock of the former history after %s', async (_, act) => {
    await there.expire(['x'])
    await there.expire([path])
    openHere({ local: { maxStalenessMs: 1_000 } })
    await untilKnown()
    expect(read()).toBe(2)
    await act()
    const expected = await readShared()
    await vi.waitFor(async () => {
      expect(await read([otherPath])).toBe(expected)
      expect(await read()).toBe(expected)
    }, WAIT)
  })
})
