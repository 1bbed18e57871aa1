import { describe, expect, it, vi } from 'vitest'
import type { Limits } from '../../lib/core/engine.ts'
import type { RedisStoreOptions } from '../../lib/redis/redisStore.ts'
import { fetchToken } from '../support/commitEntry.ts'
import { createSite, type FakeSite } from '../support/fakeSite.ts'
import { startProcess } from '../support/otherProcess.ts'
import { proxiedSite } from '../support/proxiedSite.ts'
import { type RedisSite, realClock, redisForFile } from '../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const WAIT = { timeout: 30_000, interval: 5 }
const KEY = '"slow"@"1"'
/** Much longer than any test: who waits for its end hangs. */
const patient: Partial<Limits> = { leaseTime: 600_000, leaseWait: 600_000 }

const proxied = proxiedSite(redis, { local: false })

const open = (limits = patient, options: RedisStoreOptions = {}, port?: number) =>
  createSite({ ...limits, clock: realClock, store: proxied.site.open(options, port) })

async function show(on: FakeSite, text: string, until: Promise<unknown> = Promise.resolve()) {
  const { value, report } = await on.request().serve('slow', async function* () {
    await until
    yield text
  })
  return { value, ...(await report) }
}
/** A fill that ends when told to, and another process that waits for it. */
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

describe('a process that waits for the fill of another', () => {
  it('a waiter is served what the other process stores, as soon as it does', async () => {
    const { lead, wait, end } = await leadAndWait(open(), open())
    end()
    expect(await lead).toMatchObject({ outcome: 'miss', stored: true })
    const ended = performance.now()
    expect(await wait).toMatchObject({ value: 'of the leader' })
    expect(performance.now() - ended).toBeLessThan(1_000)
  })

  it('a waiter renders itself as soon as the other process gives up', async () => {
    const leader = open()
    const { lead, wait, end } = await leadAndWait(leader, open())
    await leader.store.clear()
    end()
    expect(await lead).toMatchObject({ stored: false })
    expect(await wait).toMatchObject({ value: 'of the waiter' })
  })

  it('a waiter waits no longer than its limit', async () => {
    const waiter = open({ ...patient, leaseWait: 200 })
    const { wait, lead, end } = await leadAndWait(open(), waiter)
    expect(await wait).toMatchObject({ value: 'of the waiter', outcome: 'miss' })
    end()
    await lead
  })

  it('a waiter looks itself when its subscription was cut', async () => {
    const waiter = open(patient, { timeout: 1_000 }, proxied.proxy.port)
    const { wait, lead, end } = await leadAndWait(open(), waiter)
    proxied.proxy.refuse(true)
    proxied.proxy.cut()
    end()
    await lead
    proxied.proxy.refuse(false)
    // Its own main line was cut with the other, so it may have to render.
    expect((await wait).value).toMatch(/of the (leader|waiter)/)
    await vi.waitFor(async () => expect(await show(waiter, 'no hit')).toMatchObject({ outcome: 'hit' }), WAIT)
    // And the next wait is told again.
    await redis.client.del(proxied.site.keys.fragment(KEY))
    const secondRound = await leadAndWait(open(), waiter)
    secondRound.end()
    expect(await secondRound.wait).toMatchObject({ value: 'of the leader' })
  })
})

describe('a leader that crashes', () => {
  const leaseTime = 700

  it.each([
    ['a process that is killed', true],
    ['one that never gives it back', false],
  ])('a crashed leader costs one lease time: %s', async (_, isKilled) => {
    const waiter = open({ leaseTime, leaseWait: 600_000 })
    const current = await fetchToken(waiter.store)
    if (isKilled) {
      const { namespace, ...prefixes } = namesOf(proxied.site)
      const crash = await startProcess({ port: redis.server.port, options: { namespace, ...prefixes } })
      await crash.site.lease(KEY, current, leaseTime)
      await crash.kill()
    } else {
      await open().store.lease(KEY, { requiredToken: current, wasMiss: false }, leaseTime)
    }
    const startedAt = performance.now()
    // Longer than the lease has yet to run, so that it is not the end of the waiting that helps.
    expect(await show(waiter, 'of the waiter')).toMatchObject({ value: 'of the waiter', stored: true })
    expect(performance.now() - startedAt).toBeLessThan(leaseTime + 1_000)
    expect(await show(open(), 'no hit')).toMatchObject({ outcome: 'hit' })
  })

  it('a crashed leader costs no more where a second one takes its lease', async () => {
    const waiter = open()
    const current = await fetchToken(waiter.store)
    const second = open().store
    await second.lease(KEY, { requiredToken: current, wasMiss: false }, 2_000)
    const before = await countLooks()
    let isOver = false
    const waiting = waiter.store.waitForRelease(KEY, 600_000).then(() => {
      isOver = true
    })
    await vi.waitFor(async () => expect(await countLooks()).toBe(before + 1), WAIT)
    await redis.client.pexpire(proxied.site.keys.lease(KEY), 600_000)
    // When the lease that it saw first has run out, the waiter looks again.
    await vi.waitFor(async () => expect(await countLooks()).toBe(before + 2), WAIT)
    const held = await redis.client.get(proxied.site.keys.lease(KEY))
    expect(isOver).toBe(false)
    const startedAt = performance.now()
    await second.release(KEY, held?.split(' ').at(-1) as string)
    await waiting
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})

/** How often any client has asked for the time that a lease has left. */
async function countLooks(): Promise<number> {
  const stats = await redis.client.info('commandstats')
  return Number(/cmdstat_pttl:calls=(\d+)/.exec(stats)?.[1] ?? 0)
}

function namesOf({ keys }: RedisSite) {
  const namespace = keys.clock.replace(/:clock$/, '')
  return { namespace, objectPrefix: keys.objectPrefix, reversePrefix: keys.reversePrefix }
}
