import { setTimeout } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Entry, FragmentStore, Lookup, LookupRequest } from '../../lib/core/fragmentStore.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken } from '../support/commitEntry.ts'
import { entryOf } from '../support/entries.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { redisForFile } from '../support/redisStores.ts'
import type { ProxiedConnection } from '../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 2 }
/** So long that no copy in a test is refused for its age. */
const trusting: RedisStoreOptions = { local: { maxStalenessMs: 600_000 } }

/** Selects the connections that report expiries and changes. */
const carriesInvalidations = (link: ProxiedConnection) => link.hasSent('xread') || link.hasSent('tracking')
const carriesLookups = (link: ProxiedConnection) => !carriesInvalidations(link)

const proxied = proxiedSite(redis)
/** The stores of two processes. The connections of `here` go through the proxy. */
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
/** Whether a copy has answered. */
const isLocal = (lookedUp: Lookup) => lookedUp.token === undefined
const isFound = async (key: string) => (await lookup(key)).entry !== undefined

/** Stores an entry, and waits until `here` has a copy of it. */
async function storeWithCopy(key: string, dependencies: readonly string[] = ['x']) {
  await commitEntry(there, key, { dependencies })
  await vi.waitFor(async () => expect(isLocal(await lookup(key))).toBe(true), WAIT)
}

/** Counts the MGET calls of all clients. A lookup reads entries with it, and strict mode the clock. */
async function countMgets(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0)
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
    await storeWithCopy('a')
    proxied.proxy.hold('both', carriesLookups)
    expect(isLocal(await lookup('a'))).toBe(true)
  })

  it('copies answer a part of a batch, and Redis the rest, in the order of the batch', async () => {
    openHere()
    await storeWithCopy('b')
    await commitEntry(there, 'a', { name: 'A' })
    const lookedUp = await here.lookup(['absent', 'b', 'a', 'b'].map(request))
    expect(lookedUp.map(({ entry }) => entry?.name)).toEqual([undefined, 'section', 'A', 'section'])
    expect(lookedUp.map(isLocal)).toEqual([false, true, false, true])
  })

  it('a copy never answers a shared lookup', async () => {
    openHere()
    await storeWithCopy('a')
    expect(isLocal(await lookup('a', { shared: true }))).toBe(false)
    const [shared, fromLocal] = await here.lookup([{ ...request('a'), shared: true }, request('a')])
    expect([shared, fromLocal].map((lookedUp) => isLocal(lookedUp as Lookup))).toEqual([false, true])
  })

  it('no copy is made of an entry marked stale', async () => {
    openHere()
    await storeWithCopy('a')
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

  it('no copy is made with the option `local: false`', async () => {
    openHere({ local: false })
    await commitEntry(there, 'a')
    for (let i = 0; i < 5; i++) expect(isLocal(await lookup('a'))).toBe(false)
    expect(proxied.proxy.connections).toBe(1)
  })

  it('a lookup from a copy has a later time than the lookup before it', async () => {
    openHere()
    await storeWithCopy('a')
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

describe('lookupSync', () => {
  const lookupSync = (key = 'a') => here.lookupSync?.(key)
  const untilGone = () => vi.waitFor(() => expect(lookupSync()).toBeUndefined(), WAIT)

  it('lookupSync returns the same entry as a lookup from a copy', async () => {
    openHere()
    expect(lookupSync()).toBeUndefined()
    await storeWithCopy('a')
    const { entry, now } = await lookup('a')
    proxied.proxy.hold('both', carriesLookups)
    expect(lookupSync()).toEqual({ entry, now: expect.any(Number), isLocalCopy: true })
    expect(lookupSync()?.now).toBeGreaterThanOrEqual(now)
    expect(lookupSync('b')).toBeUndefined()
  })

  it.each([
    ['an expiry', () => here.expire(['x'])],
    ['a refresh', () => here.refresh(['x'])],
    ['a clear', () => here.clear()],
  ])('lookupSync finds no copy right after %s of this process', async (_, act) => {
    openHere()
    await storeWithCopy('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await act()
    expect(lookupSync()).toBeUndefined()
  })

  it('lookupSync finds no copy while an expiry of this process is on its way', async () => {
    openHere()
    await storeWithCopy('a')
    await storeWithCopy('b', ['y'])
    const expiring = here.expire(['x'])
    expect(lookupSync()).toBeUndefined()
    expect(lookupSync('b')).toBeDefined()
    await expiring
  })

  it.each([
    ['an expiry', () => there.expire(['x'])],
    ['a refresh', () => there.refresh(['x'])],
    ['a plain deletion', () => redis.client.del(proxied.site.keys.fragment('a'))],
  ])('lookupSync soon finds no copy after %s by another process', async (_, act) => {
    openHere()
    await storeWithCopy('a')
    await act()
    await untilGone()
  })

  it('lookupSync finds no copy that is stale by age', async () => {
    openHere()
    const [{ token, now } = {}] = await there.lookup([{ ...request('a'), shared: true }])
    const times = { createdAt: now as number, staleAt: (now as number) + 1_000, discardAt: Infinity }
    await there.commit('a', entryOf(times), token as NonNullable<typeof token>)
    await vi.waitFor(async () => {
      await lookup('a')
      expect(lookupSync()).toBeDefined()
    }, WAIT)
    await untilGone()
    expect((await lookup('a')).now).toBeGreaterThanOrEqual(times.staleAt)
  })

  it('lookupSync finds no copy while Redis is silent for longer than `maxStalenessMs`', async () => {
    openHere({ local: { maxStalenessMs: 300 } })
    await storeWithCopy('a')
    proxied.proxy.hold()
    await untilGone()
    proxied.proxy.release()
    await vi.waitFor(() => expect(lookupSync()).toBeDefined(), WAIT)
  })

  it('lookupSync finds no copy in strict mode, which needs a request to Redis', async () => {
    openHere({ ...trusting, consistency: 'strict' })
    await storeWithCopy('a')
    expect(lookupSync()).toBeUndefined()
  })

  it('lookupSync finds no copy with the option `local: false`', async () => {
    openHere({ local: false })
    await commitEntry(there, 'a')
    await lookup('a')
    expect(lookupSync()).toBeUndefined()
  })
})

describe('the removal of copies', () => {
  it('a copy is removed at once by an expiry of this process', async () => {
    openHere()
    await storeWithCopy('a')
    await storeWithCopy('b', ['y'])
    proxied.proxy.hold('replies', carriesInvalidations)
    expect(await here.expire(['x'])).toBe(1)
    expect(await isFound('a')).toBe(false)
    expect(isLocal(await lookup('b'))).toBe(true)
  })

  it('a copy is removed at once by a refresh of this process', async () => {
    openHere()
    await storeWithCopy('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    expect(await here.refresh(['x'])).toBe(1)
    expect((await lookup('a')).markedStale).toBe(true)
  })

  it('a copy is removed at once by a clear of this process', async () => {
    openHere()
    await storeWithCopy('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await here.clear()
    expect(await isFound('a')).toBe(false)
  })

  it.each([
    ['an expiry', () => there.expire(['x'])],
    ['a clear', () => there.clear()],
    ['DEL', () => redis.client.del(proxied.site.keys.fragment('a'))],
    ['UNLINK', () => redis.client.unlink(proxied.site.keys.fragment('a'))],
    ['FLUSHALL', () => redis.client.flushall()],
    ['FLUSHDB', () => redis.client.flushdb()],
  ])('a copy is soon removed by %s of another process', async (_, act) => {
    openHere()
    await storeWithCopy('a')
    await act()
    await vi.waitFor(async () => expect(await isFound('a')).toBe(false), WAIT)
    expect(await isFound('a')).toBe(false)
  })

  it('a copy is soon removed by an expiry although client tracking is held up', async () => {
    openHere()
    await storeWithCopy('a')
    proxied.proxy.hold('replies', (link) => link.hasSent('tracking'))
    await there.expire(['x'])
    await vi.waitFor(async () => expect(await isFound('a')).toBe(false), WAIT)
  })

  it('a copy is soon removed when another process replaces the entry', async () => {
    openHere()
    await storeWithCopy('a')
    await commitEntry(there, 'a', { name: 'new', dependencies: ['x'] })
    await vi.waitFor(async () => expect((await lookup('a')).entry?.name).toBe('new'), WAIT)
  })
})

describe('a late reply', () => {
  it.each([
    ['an expiry', () => there.expire(['x'])],
    ['a refresh', () => there.refresh(['x'])],
    ['a plain deletion', () => redis.client.del(proxied.site.keys.fragment('a'))],
    ['FLUSHALL', () => redis.client.flushall()],
  ])('no copy is made of a reply that arrives after the report of %s', async (_, act) => {
    openHere()
    await storeWithCopy('other', ['y'])
    await commitEntry(there, 'a', { name: 'old', dependencies: ['x'] })
    proxied.proxy.hold('replies', carriesLookups)
    const before = await countMgets()
    const late = lookup('a')
    await vi.waitFor(async () => expect(await countMgets()).toBe(before + 1), WAIT)
    await act()
    // Reports arrive in order, so the report of `act` arrives before the report of this deletion.
    await redis.client.del(proxied.site.keys.fragment('other'))
    await vi.waitFor(() => expect(here.lookupSync?.('other')).toBeUndefined(), WAIT)
    proxied.proxy.release()
    expect((await late).entry?.name).toBe('old')
    const after = await lookup('a')
    expect(isLocal(after)).toBe(false)
    expect(after.entry === undefined || after.markedStale).toBe(true)
  })
})

describe('a silent Redis', () => {
  const brief: RedisStoreOptions = { local: { maxStalenessMs: 300 } }

  it.each([
    ['replies are held up', () => proxied.proxy.hold()],
    [
      'the connections are cut',
      () => {
        proxied.proxy.refuse(true)
        proxied.proxy.cut()
      },
    ],
  ])('no copies are served when %s for longer than `maxStalenessMs`', async (_, disturb) => {
    openHere({ ...brief, timeout: 250 })
    await storeWithCopy('a')
    disturb()
    await vi.waitFor(async () => {
      const outcome = await lookup('a').then(isLocal, () => 'failed')
      expect(outcome).toBe('failed')
    }, WAIT)
    // This process cannot receive the expiry, and must not serve the old entry.
    await there.expire(['x'])
    proxied.proxy.refuse(false)
    proxied.proxy.release()
    await vi.waitFor(async () => expect(await isFound('a')).toBe(false), WAIT)
  })

  it.each([
    ['expiries', 'xread'],
    ['changes', 'tracking'],
  ])('no copies are served when reports of %s are later than `maxStalenessMs`', async (_, sentText) => {
    openHere(brief)
    await storeWithCopy('a')
    proxied.proxy.hold('both', (link) => link.hasSent(sentText))
    const heldAt = performance.now()
    // A busy process may read replies from before the hold only now, and then trusts its copies for a moment.
    await vi.waitFor(() => expect(performance.now() - heldAt).toBeGreaterThan(300), WAIT)
    for (let i = 0; i < 5; i++) expect(isLocal(await lookup('a'))).toBe(false)
    proxied.proxy.release()
    await vi.waitFor(async () => expect(isLocal(await lookup('a'))).toBe(true), WAIT)
  })
})

describe('strict mode', () => {
  const strict: RedisStoreOptions = { ...trusting, consistency: 'strict' }
  it('no expired copy is served in strict mode before the expiry is received', async () => {
    openHere(strict)
    await storeWithCopy('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.expire(['x'])
    expect(await isFound('a')).toBe(false)
    proxied.proxy.release()
  })

  it('an expired copy is served without strict mode until the expiry is received', async () => {
    openHere(trusting)
    await storeWithCopy('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.expire(['x'])
    expect(await isFound('a')).toBe(true)
    proxied.proxy.release()
    await vi.waitFor(async () => expect(await isFound('a')).toBe(false), WAIT)
  })

  it('no expired copy is served in strict mode in 100 turns', async () => {
    openHere(strict)
    for (let turn = 0; turn < 100; turn++) {
      await commitEntry(there, 'a', { name: `${turn}`, dependencies: ['x'] })
      await vi.waitFor(async () => expect((await lookup('a')).entry?.name).toBe(`${turn}`), WAIT)
      await lookup('a')
      await there.expire(['x'])
      expect(await isFound('a')).toBe(false)
    }
  })

  it('no copy is served in strict mode after a clear by another process', async () => {
    openHere(strict)
    await storeWithCopy('a')
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.clear()
    expect(await isFound('a')).toBe(false)
  })

  it('a request in strict mode asks Redis for the clock once', async () => {
    openHere(strict)
    for (const key of ['a', 'b', 'c']) await storeWithCopy(key)
    const before = await countMgets()
    const scope = {}
    for (let i = 0; i < 10; i++) {
      const lookedUp = await here.lookup(
        ['a', 'b', 'c'].map((key) => ({ ...request(key), requestScope: scope })),
      )
      expect(lookedUp.map(isLocal)).toEqual([true, true, true])
    }
    expect((await countMgets()) - before).toBe(1)
    expect(isLocal(await lookup('a', { requestScope: {} }))).toBe(true)
    expect((await countMgets()) - before).toBe(2)
  })

  it('a lookup without a request scope asks Redis for the clock each time', async () => {
    openHere(strict)
    await storeWithCopy('a')
    const before = await countMgets()
    for (let i = 0; i < 3; i++) expect(isLocal(await lookup('a'))).toBe(true)
    expect((await countMgets()) - before).toBe(3)
  })

  it('no copies are served in strict mode when Redis cannot be reached', async () => {
    openHere({ ...strict, timeout: 250 })
    await storeWithCopy('a')
    proxied.proxy.hold('both', carriesLookups)
    await expect(lookup('a')).rejects.toThrow()
    proxied.proxy.release()
    await vi.waitFor(async () => expect(isLocal(await lookup('a'))).toBe(true), WAIT)
  })
})

describe('a copy that is compared with Redis', () => {
  const payload = new Uint8Array(5_000).fill(1)
  const shared = (key: string) => lookup(key, { shared: true })
  const entry = (fields: Partial<Entry> = {}) => entryOf({ dependencies: ['x'], payload, ...fields })
  /** Bytes that Redis has sent to all clients. */
  const countSentBytes = async () =>
    Number(/total_net_output_bytes:(\d+)/.exec(await redis.client.info('stats'))?.[1])

  /** Stores an entry, and waits until `here` has a copy of it. */
  async function storeLarge(): Promise<Lookup> {
    openHere()
    await there.commit('a', entry(), await fetchToken(there))
    await vi.waitFor(async () => expect(isLocal(await lookup('a'))).toBe(true), WAIT)
    return lookup('a')
  }

  it('an entry of which this process has the same copy is not transferred', async () => {
    const copy = await storeLarge()
    const before = await countSentBytes()
    const lookedUp = await shared('a')
    expect((await countSentBytes()) - before).toBeLessThan(5_000 + 4_000)
    expect(lookedUp.entry).toBe(copy.entry)
    expect(lookedUp.token).toBeDefined()
  })

  it('an entry that differs in one byte from the copy is read', async () => {
    await storeLarge()
    // The change reaches the copies of this process late.
    proxied.proxy.hold('replies', carriesInvalidations)
    const changed = entry({ payload: payload.with(2_500, 2) })
    await there.commit('a', changed, await fetchToken(there))
    expect((await shared('a')).entry).toEqual(changed)
    proxied.proxy.release()
  })

  it.each(['createdAt', 'staleAt', 'discardAt'] as const)(
    'an entry that differs in %s from the copy is read',
    async (field) => {
      await storeLarge()
      proxied.proxy.hold('replies', carriesInvalidations)
      const changed = entry({ [field]: entry()[field] + 1 })
      await there.commit('a', changed, await fetchToken(there))
      expect((await shared('a')).entry).toEqual(changed)
      proxied.proxy.release()
    },
  )

  it('an entry that was expired since the copy is missing', async () => {
    await storeLarge()
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.expire(['x'])
    expect((await shared('a')).entry).toBeUndefined()
    proxied.proxy.release()
  })

  it('an entry that was marked stale since the copy is stale', async () => {
    await storeLarge()
    proxied.proxy.hold('replies', carriesInvalidations)
    await there.refresh(['x'])
    expect(await shared('a')).toMatchObject({ markedStale: true })
    proxied.proxy.release()
  })

  it('an entry of a lost history is missing, although the copy is the same', async () => {
    await storeLarge()
    proxied.proxy.hold('replies', carriesInvalidations)
    await redis.client.set(proxied.site.keys.epoch, 'another')
    expect((await shared('a')).entry).toBeUndefined()
    proxied.proxy.release()
  })
})
