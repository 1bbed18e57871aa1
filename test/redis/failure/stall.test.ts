import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isContentCacheError } from '../../../lib/core/errors.ts'
import { fetchToken } from '../../support/commitEntry.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
import { flushEventLoop } from '../../support/flushEventLoop.ts'
import { createNewsroom, isHit, type Newsroom, storeErrors } from '../../support/newsroom.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { type RedisSite, realClock, siteOn } from '../../support/redisStores.ts'
import { startProxy, type TcpProxy } from '../../support/tcpProxy.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const WAIT = { timeout: 60_000, interval: 20 }

let server: RedisServer
let proxy: TcpProxy
let site: RedisSite
let here: FakeSite
let newsroom: Newsroom
beforeEach(async () => {
  server = await startRedis()
  proxy = await startProxy(server.port)
  site = siteOn(() => proxy.port, { timeout: 250, local: false })
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(async () => {
  vi.useRealTimers()
  server.resume()
  await site.close()
  await proxy.close()
  await server.stop()
})

const expectRecovery = async () => {
  await vi.waitFor(() => newsroom.publish(here, 0), WAIT)
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
}

/** Lists the errors of page operations. In `sent` are errors of commands that were sent, or waited for a connection. */
function listPageErrors({ events }: FakeSite) {
  const errors = events.flatMap((event) =>
    event.type === 'store-error' && event.operation !== 'expire' ? [event.error as Error] : [],
  )
  // An error of the open circuit has the last failure as its cause.
  const sent = errors.filter(({ cause }) => !isContentCacheError(cause))
  return { sent, refused: errors.length - sent.length }
}

describe('a stalled server', () => {
  it('a stalled server costs no page and few timeouts, and recovers', async () => {
    const siteWithCopies = createSite({
      clock: realClock,
      store: site.open({ local: { maxStalenessMs: 500 } }),
    })
    const holdsCopy = async () => {
      const [lookup] = await siteWithCopies.store.lookup([{ key: '"front"@"1"', ageMs: 0 }])
      return lookup?.entry !== undefined && lookup.token === undefined
    }
    // On a busy machine a visit may be too slow for the timeout, and store nothing.
    await vi.waitFor(async () => {
      await newsroom.visit(here)
      expect(await holdsCopy()).toBe(true)
    }, WAIT)
    server.suspend()
    const stalledAt = performance.now()
    const getStallTime = () => performance.now() - stalledAt
    const expiries = Promise.all(
      // One expiry at the start of the stall, and one within it.
      [0, 2_000].map(async (delay, id) => {
        await setTimeout(delay)
        await expect(newsroom.publish(here, id)).rejects.toMatchObject({
          code: 'CC_EXPIRE_FAILED',
          cause: { code: 'CC_REDIS_UNREACHABLE' },
        })
      }),
    )
    // Long enough for several probes of the circuit breaker, which uses the real clock.
    while (getStallTime() < 5_000) {
      await newsroom.visit(here)
      // Well beyond `maxStalenessMs`, a copy may have been expired.
      const isBeyondMaxStaleness = getStallTime() > 1_000
      const isServed = await holdsCopy().catch(() => false)
      if (isBeyondMaxStaleness) expect(isServed).toBe(false)
      // The pause between two visits.
      await setTimeout(50)
    }
    // Three failures open the circuit. Then one probe a second is sent, and all other operations fail at once.
    const { sent, refused } = listPageErrors(here)
    expect(sent.length).toBeLessThanOrEqual(3 + Math.ceil(getStallTime() / 1_000))
    expect(refused).toBeGreaterThan(sent.length)
    await expiries
    server.resume()
    // The server now executes the commands that it received during the stall. They must do no harm.
    await expectRecovery()
    await vi.waitFor(async () => {
      await newsroom.visit(siteWithCopies)
      expect(await holdsCopy()).toBe(true)
    }, WAIT)
  })

  it('a stalled server gets hardly any requests until it answers again', async () => {
    await newsroom.visit(here)
    server.suspend()
    await newsroom.visit(here)
    const before = proxy.requests
    for (let visits = 0; visits < 200; visits++) await newsroom.visit(here)
    // These are 1,200 lookups, six for each page. Probes and new connections are requests too. They come at intervals
    // of real time, so a busy machine, which needs longer for the pages, sends more of them.
    expect(proxy.requests - before).toBeLessThan(300)
    expect(new Set(storeErrors(here))).toEqual(new Set(['CC_REDIS_UNREACHABLE']))
    server.resume()
    await expectRecovery()
  })

  it('a server that stalls during its first check is checked again', async () => {
    // ioredis sends one INFO itself, before it is ready. The store's check sends the second.
    proxy.hold('replies', (link) => link.hasSent('$4\r\ninfo', 2))
    await newsroom.visit(here)
    expect(proxy.connections).toBe(1)
    proxy.release()
    await expectRecovery()
  })

  it('an expiry is attempted although the circuit is open for pages', async () => {
    await newsroom.visit(here)
    server.suspend()
    await newsroom.visit(here)
    await newsroom.visit(here)
    const isFailedExpiry = (event: FakeSite['events'][number]) =>
      event.type === 'store-error' && event.operation === 'expire'
    const publishing = newsroom.publish(here, 2)
    await vi.waitFor(() => expect(here.events.some(isFailedExpiry)).toBe(true), WAIT)
    // A later attempt of the same expiry succeeds.
    server.resume()
    await publishing
    await expectRecovery()
  })

  it('a fill waits for another no longer than its limit while the server is stalled', async () => {
    const token = await fetchToken(here.store)
    await here.store.lease('a', { requiredToken: token, wasMiss: false }, 60_000)
    server.suspend()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waiting = here.store.waitForRelease('a', 100)
    await flushEventLoop()
    // No command has reached its timeout yet, so only the limit can end the wait.
    vi.advanceTimersByTime(100)
    await waiting
  })
})

describe('a server that is slower than the timeout', () => {
  it('a slow server costs no page', async () => {
    await newsroom.visit(here)
    expect(storeErrors(here)).toEqual([])
    proxy.delay(400)
    for (let visits = 0; visits < 5; visits++) {
      const { shown } = await newsroom.visit(here)
      expect(shown).toHaveLength(5)
    }
    expect(new Set(storeErrors(here))).toEqual(new Set(['CC_REDIS_UNREACHABLE']))
    proxy.release()
    await expectRecovery()
  })

  it('a slow server stores no fill that an expiry should have refused', async () => {
    const expired: number[] = []
    const patient = createSite({ clock: realClock, store: site.open({ timeout: 60_000 }) })
    for (const [on, delay] of [
      [patient, 20],
      [here, 120],
    ] as const) {
      proxy.delay(delay)
      await Promise.all(
        [0, 1, 2].map(async (id) => {
          await newsroom.visit(on)
          await newsroom.publish(on, id).then(
            () => void expired.push(id),
            (error) => expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' }),
          )
          // Fails if the page shows a story from before an expiry that has succeeded.
          await newsroom.visit(on)
        }),
      )
    }
    // The first timeout is much longer than the delay, so none of these expiries may fail.
    expect(expired.slice(0, 3).sort()).toEqual([0, 1, 2])
    proxy.release()
    await expectRecovery()
    const { shown } = await newsroom.visit(here)
    for (const { id, version } of shown) {
      expect(version).toBeGreaterThanOrEqual(expired.filter((each) => each === id).length)
    }
  })
})
