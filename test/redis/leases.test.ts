import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Limits } from '../../lib/core/engine.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { commitEntry, fetchToken } from '../support/commitEntry.ts'
import { createSite, type FakeSite } from '../support/fakeSite.ts'
import { startProcess } from '../support/otherProcess.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { type RedisSite, realClock, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
const KEY = '"slow"@"1"'
/** Longer than any test. A fill that is not notified of a release makes its test time out. */
const patient: Partial<Limits> = { leaseTime: 600_000, leaseWait: 600_000 }

const proxied = proxiedSite(redis, { local: false })
afterEach(() => void vi.useRealTimers())

const open = (limits = patient, options: RedisStoreOptions = {}, port?: number) =>
  createSite({ ...limits, clock: realClock, store: proxied.site.open(options, port) })

async function show(on: FakeSite, text: string, isReady: Promise<unknown> = Promise.resolve()) {
  const { value, report } = await on.request().serve('slow', async function* () {
    await isReady
    yield text
  })
  return { value, ...(await report) }
}
/** Starts a fill that ends when `end` is called, and a fill of another process that waits for it. */
async function leadAndWait(leader: FakeSite, waiter: FakeSite) {
  let end = () => {}
  const lead = show(leader, 'of the leader', new Promise<void>((resolve) => (end = resolve)))
  await vi.waitFor(async () => expect(await redis.client.exists(proxied.site.keys.lease(KEY))).toBe(1), WAIT)
  const wait = show(waiter, 'of the waiter')
  await vi.waitFor(async () => {
    expect(await redis.client.pubsub('NUMSUB', proxied.site.keys.leaseReleased)).toEqual([
      proxied.site.keys.leaseReleased,
      1,
    ])
  }, WAIT)
  return { lead, wait, end }
}

describe('a lookup that asks for the lease', () => {
  /** Opens a process that knows the time of the server. Its first lookup leaves the lease to a later command. */
  async function openSynced(): Promise<FakeSite> {
    const site = open()
    await site.store.lookup([{ key: 'any', ageMs: 0 }])
    return site
  }
  const listLeases = () => redis.client.keys(`${proxied.site.keys.leasePrefix}*`)
  const ask = async (on: FakeSite, keys: readonly string[]) => {
    const lookups = await on.store.lookup(
      keys.map((key) => ({ key, ageMs: 0, shared: true, leaseMs: 600_000 })),
    )
    return lookups.map(({ lease }) => lease)
  }

  it('a lookup acquires the lease of each fragment that is not stored', async () => {
    const [here, there] = [await openSynced(), await openSynced()]
    await commitEntry(here.store, 'stored', {})
    const [first, stored, second] = await ask(here, ['first', 'stored', 'second'])
    expect([first, stored, second]).toMatchObject([{ isGranted: true }, undefined, { isGranted: true }])
    expect(await ask(there, ['first', 'stored', 'second'])).toEqual([
      { isGranted: false },
      undefined,
      { isGranted: false },
    ])
    const lease = first?.isGranted ? first.lease : ''
    await here.store.release([{ key: 'first', lease }])
    expect(await ask(there, ['first', 'second'])).toMatchObject([{ isGranted: true }, { isGranted: false }])
  })

  it('a lookup acquires the lease again after an expiry that its holder may not know', async () => {
    const [here, there] = [await openSynced(), await openSynced()]
    await ask(here, ['a'])
    await there.expire('any')
    expect(await ask(there, ['a'])).toMatchObject([{ isGranted: true }])
  })

  it('a lookup whose answer comes too late leaves no lease', async () => {
    const slow = createSite({
      clock: realClock,
      // Long enough for a busy machine to connect, and to see the leases before the answer is given up.
      store: proxied.site.open({ timeout: 3_000 }, proxied.proxy.port),
    })
    await slow.store.lookup([{ key: 'any', ageMs: 0 }])
    proxied.proxy.hold('replies')
    const refused = expect(ask(slow, ['a', 'b'])).rejects.toMatchObject({ code: 'CC_REDIS_UNREACHABLE' })
    await vi.waitFor(async () => expect(await listLeases()).toHaveLength(2), WAIT)
    await refused
    proxied.proxy.release()
    await vi.waitFor(async () => expect(await listLeases()).toEqual([]), WAIT)
  })

  it('garbage in the place of a nested fragment is reported as unreadable', async () => {
    const here = await openSynced()
    await redis.client.set(proxied.site.keys.fragment('"nested"@"1"'), 'garbage')
    const page = here.request()
    await page.fragment('slow', async function* () {
      yield await page.fragment('nested', () => ['nested'])
    })
    const [nested] = (await page.reports()).filter(({ name }) => name === 'nested')
    expect(here.events).toContainEqual(
      expect.objectContaining({
        type: 'miss',
        reason: 'unreadable',
        fragment: expect.objectContaining({ name: 'nested' }),
      }),
    )
    expect(nested?.outcome).toBe('miss')
  })

  it('a nested fragment whose lookup has the lease releases it at its end', async () => {
    const here = await openSynced()
    const page = here.request()
    await page.fragment('slow', async function* () {
      yield await page.fragment('nested', () => ['nested'])
    })
    await page.reports()
    await vi.waitFor(
      async () => expect(await redis.client.keys(`${proxied.site.keys.leasePrefix}*`)).toEqual([]),
      WAIT,
    )
  })

  it('a nested fragment waits for the fill of another process that has the lease', async () => {
    const [leader, waiter] = [await openSynced(), await openSynced()]
    const showPage = (on: FakeSite, name: string, text: string, isReady = Promise.resolve()) => {
      const page = on.request()
      return page.fragment(name, async function* () {
        yield await page.fragment('shared', async function* () {
          await isReady
          yield text
        })
      })
    }
    let end = () => {}
    const lead = showPage(leader, 'one', 'of the leader', new Promise<void>((resolve) => (end = resolve)))
    const lease = proxied.site.keys.lease('"shared"@"1"')
    await vi.waitFor(async () => expect(await redis.client.exists(lease)).toBe(1), WAIT)
    const wait = showPage(waiter, 'two', 'of the waiter')
    await vi.waitFor(async () => expect(await redis.client.get(lease)).toContain(' awaited '), WAIT)
    end()
    expect(await Promise.all([lead, wait])).toEqual(['of the leader', 'of the leader'])
  })
})

describe('a fill that waits for the fill of another process', () => {
  it('a waiting fill is served the entry of the other process when that is stored', async () => {
    const { lead, wait, end } = await leadAndWait(open(), open())
    end()
    expect(await lead).toMatchObject({ outcome: 'miss', stored: true })
    expect(await wait).toMatchObject({ value: 'of the leader' })
  })

  it('a waiting fill renders when the lease is released without an entry', async () => {
    const leader = open()
    const { lead, wait, end } = await leadAndWait(leader, open())
    await leader.store.clear()
    end()
    expect(await lead).toMatchObject({ stored: false })
    expect(await wait).toMatchObject({ value: 'of the waiter' })
  })

  it('a waiting fill wakes when the holder ends whose lease was taken over', async () => {
    const site = open()
    const waiter = open()
    const { lead, wait, end } = await leadAndWait(site, waiter)
    const lease = proxied.site.keys.lease(KEY)
    await vi.waitFor(async () => expect(await redis.client.get(lease)).toContain(' awaited '), WAIT)
    // A fill that began after an expiry takes the lease over, and does not end.
    await site.expire('any')
    const after = { requiredToken: await fetchToken(site.store), wasMiss: false }
    expect(await open().store.lease(KEY, after, 600_000)).toBeTypeOf('string')
    end()
    await lead
    expect(await wait).toMatchObject({ value: 'of the leader' })
    expect(await redis.client.exists(lease)).toBe(1)
  })

  it('a waiting fill renders after `leaseWait`', async () => {
    const waiter = open({ ...patient, leaseWait: 200 })
    const { wait, lead, end } = await leadAndWait(open(), waiter)
    expect(await wait).toMatchObject({ value: 'of the waiter', outcome: 'miss' })
    end()
    await lead
  })

  it('a waiting fill looks up again when its subscription was cut', async () => {
    const waiter = open(patient, { timeout: 1_000 }, proxied.proxy.port)
    const { wait, lead, end } = await leadAndWait(open(), waiter)
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    end()
    await lead
    proxied.proxy.refuse(false)
    // Its other connection was cut too, so it may have to render.
    expect((await wait).value).toMatch(/of the (leader|waiter)/)
    await vi.waitFor(async () => expect(await show(waiter, 'no hit')).toMatchObject({ outcome: 'hit' }), WAIT)
    // The next wait is notified again.
    await redis.client.del(proxied.site.keys.fragment(KEY))
    const secondRound = await leadAndWait(open(), waiter)
    secondRound.end()
    expect(await secondRound.wait).toMatchObject({ value: 'of the leader' })
  })
})

describe('a fill that waits on a subscription whose host was lost', () => {
  it('a waiting fill wakes although the release could not reach it', async () => {
    const waiter = open(patient, { timeout: 1_000 }, proxied.proxy.port)
    const { wait, lead, end } = await leadAndWait(open(), waiter)
    const lease = proxied.site.keys.lease(KEY)
    await vi.waitFor(async () => expect(await redis.client.get(lease)).toContain(' awaited '), WAIT)
    proxied.proxy.swallow((link) => link.hasSent('\r\nsubscribe\r\n'))
    end()
    await lead
    expect(await wait).toMatchObject({ value: 'of the leader' })
    // The next wait is notified again.
    await redis.client.del(proxied.site.keys.fragment(KEY))
    const secondRound = await leadAndWait(open(), waiter)
    secondRound.end()
    expect(await secondRound.wait).toMatchObject({ value: 'of the leader' })
  })
})

describe('a process that crashes with a lease', () => {
  const leaseTime = 700

  it.each([
    ['is killed', true],
    ['never releases the lease', false],
  ])('a waiting fill renders when the lease of a process that %s has ended', async (_, isKilled) => {
    const waiter = open({ leaseTime, leaseWait: 600_000 })
    const current = await fetchToken(waiter.store)
    if (isKilled) {
      const { namespace, ...prefixes } = getPrefixes(proxied.site)
      const crash = await startProcess({ port: redis.server.port, options: { namespace, ...prefixes } })
      await crash.site.lease(KEY, current, leaseTime)
      await crash.kill()
    } else {
      await open().store.lease(KEY, { requiredToken: current, wasMiss: false }, leaseTime)
    }
    const before = await countTimeLeftRequests()
    // `leaseWait` is longer than the test, so only the end of the lease can end the wait.
    expect(await show(waiter, 'of the waiter')).toMatchObject({ value: 'of the waiter', stored: true })
    // One request at the beginning and one at the end, and another if the timer was early.
    expect((await countTimeLeftRequests()) - before).toBeLessThanOrEqual(3)
    expect(await show(open(), 'no hit')).toMatchObject({ outcome: 'hit' })
  })

  it('a waiting fill keeps waiting when another process acquires the ended lease', async () => {
    // No command of the waiter fails by its timeout when the test moves the clock.
    const waiter = open(patient, { timeout: 3_600_000 })
    const current = await fetchToken(waiter.store)
    const second = open().store
    const lease = await second.lease(KEY, { requiredToken: current, wasMiss: false }, 60_000)
    const before = await countTimeLeftRequests()
    // The waiter's timers run only when the test moves their clock.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let isOver = false
    const waiting = waiter.store.waitForRelease(KEY, 3_600_000).then(() => {
      isOver = true
    })
    await vi.waitFor(async () => expect(await countTimeLeftRequests()).toBe(before + 1), WAIT)
    // Stands for a lease that another process acquires when the first has ended.
    await redis.client.pexpire(proxied.site.keys.lease(KEY), 600_000)
    await vi.waitFor(async () => {
      vi.advanceTimersByTime(60_000)
      expect(await countTimeLeftRequests()).toBe(before + 2)
    }, WAIT)
    expect(isOver).toBe(false)
    await second.release([{ key: KEY, lease: lease as string }])
    await waiting
  })
})

/** Counts the requests of any client for the time that a lease has left. */
async function countTimeLeftRequests(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_pttl:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}

function getPrefixes({ keys }: RedisSite) {
  const namespace = keys.clock.replace(/:clock$/, '')
  return { namespace, objectPrefix: keys.objectPrefix, reversePrefix: keys.reversePrefix }
}
