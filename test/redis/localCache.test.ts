import { setTimeout } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FragmentStore, Lookup, LookupRequest } from '../../lib/core/fragmentStore.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { commitEntry } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'
import type { ProxiedConnection } from '../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 2 }
/** So long that nothing in a test is refused for its age. */
const trusting: RedisStoreOptions = { local: { maxStalenessMs: 600_000 } }

/** The lines that bring news: of expiries, and of changes by others. */
const carriesInvalidations = (link: ProxiedConnection) => link.hasSent('xread') || link.hasSent('tracking')
const lookups = (link: ProxiedConnection) => !carriesInvalidations(link)

const proxied = proxiedSite(redis)
/** Two processes; the lines of `here` can be disturbed. */
let here: FragmentStore
let there: FragmentStore

beforeEach(() => {
  there = proxied.site.open({ local: false })
})
const openHere = (options: RedisStoreOptions = trusting) => {
  here = proxied.site.open(options, proxied.proxy.port)
}

const request = (key: string): LookupRequest => ({ key, ageMs: 0 })
async function lookup(key: string, more: Partial<LookupRequest> = {}): Promise<Lookup> {
  const [lookedUp] = await here.lookup([{ ...request(key), ...more }])
  return lookedUp as Lookup
}
/** Whether Redis was not asked. */
const isLocal = (lookedUp: Lookup) => lookedUp.token === undefined
const isHere = async (key: string) => (await lookup(key)).entry !== undefined

/** Stores an entry, and has a copy of it made here. */
async function copyOf(key: string, dependencies: readonly string[] = ['x']) {
  await commitEntry(there, key, { dependencies })
  await vi.waitFor(async () => expect(isLocal(await lookup(key))).toBe(true), WAIT)
}

describe('a copy in the process', () => {
  it('a copy is the entry in Redis', async () => {
    openHere()
    const entry = entryOf({
      name: 'ü',
      dependencies: ['x', 'y'],
      route: '/a',
      payload: Uint8Array.of(0, 255),
    })
    const [{ token } = {}] = await there.lookup([{ ...request('a'), shared: true }])
    await there.commit('a', entry, token as NonNullable<typeof token>)
    await vi.waitFor(async () => expect(isLocal(await lookup('a'))).toBe(true), WAIT)
    expect(await lookup('a')).toMatchObject({ entry, markedStale: false })
  })

  it('a copy answers without a request to Redis', async () => {
    openHere()
    await copyOf('a')
    proxied.proxy.hold('both', lookups)
    expect(isLocal(await lookup('a'))).toBe(true)
  })

  it('a copy answers its part of a batch, in order, and Redis the rest', async () => {
    openHere()
    await copyOf('b')
    await commitEntry(there, 'a', { name: 'A' })
    const lookedUp = await here.lookup(['none', 'b', 'a', 'b'].map(request))
    expect(lookedUp.map(({ entry }) => entry?.name)).toEqual([undefined, 'section', 'A', 'section'])
    expect(lookedUp.map(isLocal)).toEqual([false, true, false, true])
  })

  it('a copy never answers a shared lookup', async () => {
    openHere()
    await copyOf('a')
    expect(isLocal(await lookup('a', { shared: true }))).toBe(false)
    const [shared, fromLocal] = await here.lookup([{ ...request('a'), shared: true }, request('a')])
    expect([shared, fromLocal].map((lookedUp) => isLocal(lookedUp as Lookup))).toEqual([false, true])
  })

  it('no copy is made of an entry marked stale', async () => {
    openHere()
    await copyOf('a')
    await there.refresh(['x'])
    await vi.waitFor(async () => expect((await lookup('a')).markedStale).toBe(true), WAIT)
    expect(isLocal(await lookup('a'))).toBe(false)
  })

  it('a copy does not answer once it is stale by age', async () => {
    openHere()
    const [{ token, now } = {}] = await there.lookup([{ ...request('a'), shared: true }])
    const times = { createdAt: now as number, staleAt: (now as number) + 1_000, discardAt: Infinity }
    await there.commit('a', entryOf(times), token as NonNullable<typeof token>)
    await vi.waitFor(async () => {
      const lookedUp = await lookup('a')
      expect(isLocal(lookedUp)).toBe(false)
      expect(lookedUp.now).toBeGreaterThanOrEqual(times.staleAt)
    }, WAIT)
  })

  it('no copy is made unless the store is asked to', async () => {
    openHere({ local: false })
    await commitEntry(there, 'a')
    for (let i = 0; i < 5; i++) expect(isLocal(await lookup('a'))).toBe(false)
    expect(proxied.proxy.connections).toBe(1)
  })

  it('a copy has a time that goes on', async () => {
    openHere()
    await copyOf('a')
    const shared = await lookup('a', { shared: true })
    // Lets Redis' own clock run between the three lookups.
    await setTimeout(20)
    const local = await lookup('a')
    await setTimeout(20)
    const sharedAgain = await lookup('a', { shared: true })
    expect(local.now).toBeGreaterThan(shared.now)
    expect(sharedAgain.now).toBeGreaterThan(local.now)
  })
})

describe('a copy at hand', () => {
  const atHand = (key = 'a') => here.lookupSync?.(key)
  const untilGone = () => vi.waitFor(() => expect(atHand()).toBeUndefined(), WAIT)

  it('lookupSync answers as a lookup from copies would', async () => {
    openHere()
    expect(atHand()).toBeUndefined()
    await copyOf('a')
    const { entry, now } = await lookup('a')
    proxied.proxy.hold('both', lookups)
    expect(atHand()).toEqual({ entry, now: expect.any(Number), isLocalCopy: true })
    expect(atHand()?.now).toBeGreaterThanOrEqual(now)
    expect(atHand('b')).toBeUndefined()
  })

  it.each([
    ['at once when this process expires', () => here.expire(['x'])],
    ['at once when this process refreshes', () => here.refresh(['x'])],
    ['at once when this process clears', () => here.clear()],
  ])('lookupSync answers nothing %s', async (_, act) => {
    openHere()
    await copyOf('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await act()
    expect(atHand()).toBeUndefined()
  })

  it.each([
    ['expires', () => there.expire(['x'])],
    ['refreshes', () => there.refresh(['x'])],
    ['deletes', () => redis.client.del(proxied.site.keys.fragment('a'))],
  ])('lookupSync soon answers nothing when another process %s', async (_, act) => {
    openHere()
    await copyOf('a')
    await act()
    await untilGone()
  })

  it('lookupSync answers nothing once the copy is stale by age', async () => {
    openHere()
    const [{ token, now } = {}] = await there.lookup([{ ...request('a'), shared: true }])
    const times = { createdAt: now as number, staleAt: (now as number) + 1_000, discardAt: Infinity }
    await there.commit('a', entryOf(times), token as NonNullable<typeof token>)
    await vi.waitFor(async () => {
      await lookup('a')
      expect(atHand()).toBeDefined()
    }, WAIT)
    await untilGone()
    expect((await lookup('a')).now).toBeGreaterThanOrEqual(times.staleAt)
  })

  it('lookupSync answers nothing while no news come for longer than the bound', async () => {
    openHere({ local: { maxStalenessMs: 300 } })
    await copyOf('a')
    proxied.proxy.hold()
    await untilGone()
    proxied.proxy.release()
    await vi.waitFor(() => expect(atHand()).toBeDefined(), WAIT)
  })

  it('lookupSync answers nothing in strict mode, which has to reach Redis', async () => {
    openHere({ ...trusting, consistency: 'strict' })
    await copyOf('a')
    expect(atHand()).toBeUndefined()
  })

  it('lookupSync answers nothing where no copies are kept', async () => {
    openHere({ local: false })
    await commitEntry(there, 'a')
    await lookup('a')
    expect(atHand()).toBeUndefined()
  })
})

describe('a copy is gone', () => {
  it('a copy is gone at once when this process expires', async () => {
    openHere()
    await copyOf('a')
    await copyOf('b', ['y'])
    proxied.proxy.hold('replies', carriesInvalidations)
    expect(await here.expire(['x'])).toBe(1)
    expect(await isHere('a')).toBe(false)
    expect(isLocal(await lookup('b'))).toBe(true)
  })

  it('a copy is gone at once when this process refreshes', async () => {
    openHere()
    await copyOf('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    expect(await here.refresh(['x'])).toBe(1)
    expect((await lookup('a')).markedStale).toBe(true)
  })

  it('a copy is gone at once when this process clears', async () => {
    openHere()
    await copyOf('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await here.clear()
    expect(await isHere('a')).toBe(false)
  })

  it.each([
    ['expires', () => there.expire(['x'])],
    ['clears', () => there.clear()],
    ['deletes', () => redis.client.del(proxied.site.keys.fragment('a'))],
    ['unlinks', () => redis.client.unlink(proxied.site.keys.fragment('a'))],
    ['empties Redis', () => redis.client.flushall()],
    ['empties the database', () => redis.client.flushdb()],
  ])('soon when another process %s', async (_, act) => {
    openHere()
    await copyOf('a')
    await act()
    await vi.waitFor(async () => expect(await isHere('a')).toBe(false), WAIT)
    expect(await isHere('a')).toBe(false)
  })

  it('soon when another process expires, although changes are not heard of', async () => {
    openHere()
    await copyOf('a')
    proxied.proxy.hold('replies', (link) => link.hasSent('tracking'))
    await there.expire(['x'])
    await vi.waitFor(async () => expect(await isHere('a')).toBe(false), WAIT)
  })

  it('soon when another process replaces the entry', async () => {
    openHere()
    await copyOf('a')
    await commitEntry(there, 'a', { name: 'new', dependencies: ['x'] })
    await vi.waitFor(async () => expect((await lookup('a')).entry?.name).toBe('new'), WAIT)
  })
})

describe('no copy is made of a reply that is older than the news of', () => {
  it.each([
    ['an expiry', () => there.expire(['x'])],
    ['a refresh', () => there.refresh(['x'])],
    ['a plain deletion', () => redis.client.del(proxied.site.keys.fragment('a'))],
    ['the loss of everything', () => redis.client.flushall()],
  ])('%s', async (_, act) => {
    openHere()
    await copyOf('other', ['y'])
    await commitEntry(there, 'a', { name: 'old', dependencies: ['x'] })
    proxied.proxy.hold('replies', lookups)
    const late = lookup('a')
    // Time for the question to be answered, and for the news to come. With less the test shows nothing.
    await setTimeout(100)
    await act()
    // Time for the late reply.
    await setTimeout(200)
    proxied.proxy.release()
    expect((await late).entry?.name).toBe('old')
    const after = await lookup('a')
    expect(isLocal(after)).toBe(false)
    expect(after.entry === undefined || after.markedStale).toBe(true)
  })
})

describe('copies are not served', () => {
  const brief: RedisStoreOptions = { local: { maxStalenessMs: 300 } }

  it.each([
    ['nothing comes through', () => proxied.proxy.hold()],
    [
      'the line is cut',
      () => {
        proxied.proxy.refuse(true)
        proxied.proxy.cut()
      },
    ],
  ])('no copies are served once %s for longer than the bound', async (_, disturb) => {
    openHere({ ...brief, timeout: 250 })
    await copyOf('a')
    disturb()
    await vi.waitFor(async () => {
      const outcome = await lookup('a').then(isLocal, () => 'failed')
      expect(outcome).toBe('failed')
    }, WAIT)
    // The expiry cannot be heard of, and nothing old may be shown.
    await there.expire(['x'])
    proxied.proxy.refuse(false)
    proxied.proxy.release()
    await vi.waitFor(async () => expect(await isHere('a')).toBe(false), WAIT)
  })

  it.each([
    ['expiries', 'xread'],
    ['changes', 'tracking'],
  ])('no copies are served when only the news of %s are late beyond the bound', async (_, said) => {
    openHere(brief)
    await copyOf('a')
    proxied.proxy.hold('both', (link) => link.hasSent(said))
    const held = performance.now()
    // On a busy machine, what came through before is read only now, and copies are trusted for a moment.
    await vi.waitFor(() => expect(performance.now() - held).toBeGreaterThan(300), WAIT)
    for (let i = 0; i < 5; i++) expect(isLocal(await lookup('a'))).toBe(false)
    proxied.proxy.release()
    await vi.waitFor(async () => expect(isLocal(await lookup('a'))).toBe(true), WAIT)
  })
})

describe('in strict mode', () => {
  const strict: RedisStoreOptions = { ...trusting, consistency: 'strict' }
  const askedForClock = async () => {
    const stats = await redis.client.info('commandstats')
    return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0)
  }

  it('no older copy is served in strict mode, although no news have come', async () => {
    openHere(strict)
    await copyOf('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.expire(['x'])
    expect(await isHere('a')).toBe(false)
    proxied.proxy.release()
  })

  it('an older copy is served without strict mode until the news come', async () => {
    openHere(trusting)
    await copyOf('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.expire(['x'])
    expect(await isHere('a')).toBe(true)
    proxied.proxy.release()
    await vi.waitFor(async () => expect(await isHere('a')).toBe(false), WAIT)
  })

  it('no older copy is ever served in strict mode, in very many turns', async () => {
    openHere(strict)
    for (let turn = 0; turn < 100; turn++) {
      await commitEntry(there, 'a', { name: `${turn}`, dependencies: ['x'] })
      await vi.waitFor(async () => expect((await lookup('a')).entry?.name).toBe(`${turn}`), WAIT)
      await lookup('a')
      await there.expire(['x'])
      expect(await isHere('a')).toBe(false)
    }
  })

  it('nothing is served after a clear elsewhere', async () => {
    openHere(strict)
    await copyOf('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.clear()
    expect(await isHere('a')).toBe(false)
  })

  it('Redis is asked once for each request', async () => {
    openHere(strict)
    for (const key of ['a', 'b', 'c']) await copyOf(key)
    const before = await askedForClock()
    const scope = {}
    for (let i = 0; i < 10; i++) {
      const lookedUp = await here.lookup(
        ['a', 'b', 'c'].map((key) => ({ ...request(key), requestScope: scope })),
      )
      expect(lookedUp.map(isLocal)).toEqual([true, true, true])
    }
    expect((await askedForClock()) - before).toBe(1)
    expect(isLocal(await lookup('a', { requestScope: {} }))).toBe(true)
    expect((await askedForClock()) - before).toBe(2)
  })

  it('Redis is asked each time where no request is known', async () => {
    openHere(strict)
    await copyOf('a')
    const before = await askedForClock()
    for (let i = 0; i < 3; i++) expect(isLocal(await lookup('a'))).toBe(true)
    expect((await askedForClock()) - before).toBe(3)
  })

  it('no copies are served in strict mode when Redis cannot be reached', async () => {
    openHere({ ...strict, timeout: 250 })
    await copyOf('a')
    proxied.proxy.hold('both', lookups)
    await expect(lookup('a')).rejects.toThrow()
    proxied.proxy.release()
    await vi.waitFor(async () => expect(isLocal(await lookup('a'))).toBe(true), WAIT)
  })
})
