import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fetchToken } from '../../support/commitEntry.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
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
  server.resume()
  await site.close()
  await proxy.close()
  await server.stop()
})

const worksAgain = async () => {
  await vi.waitFor(() => newsroom.publish(here, 0), WAIT)
  await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
}

describe('a server that stands still', () => {
  it('a stalled server costs no page and little time, and recovers', async () => {
    const copying = createSite({ clock: realClock, store: site.open({ local: { maxStalenessMs: 500 } }) })
    const holdsCopy = async () => {
      const [lookups] = await copying.store.lookup([{ key: '"front"@"1"', ageMs: 0 }])
      return lookups?.entry !== undefined && lookups.token === undefined
    }
    await newsroom.visit(here)
    await vi.waitFor(async () => expect(await holdsCopy()).toBe(true), WAIT)
    server.suspend()
    const stopped = performance.now()
    const hasStoodFor = () => performance.now() - stopped
    const expiries = Promise.all(
      [0, 4_000].map(async (wait, id) => {
        // Later in the ten seconds.
        await setTimeout(wait)
        await expect(newsroom.publish(here, id)).rejects.toMatchObject({
          code: 'CC_EXPIRE_FAILED',
          cause: { code: 'CC_REDIS_UNREACHABLE' },
        })
      }),
    )
    const durations: number[] = []
    while (hasStoodFor() < 10_000) {
      const startedAt = performance.now()
      await newsroom.visit(here)
      durations.push(performance.now() - startedAt)
      // What is not heard of for so long may have been expired.
      const isPast = hasStoodFor() > 1_000
      const copied = await holdsCopy().catch(() => false)
      if (isPast) expect(copied).toBe(false)
      // The pace of a reader.
      await setTimeout(50)
    }
    await expiries
    durations.sort((a, b) => a - b)
    // Until it is known to be down each of a few commands may take a timeout; after that one in a second does.
    expect(durations.at(-1)).toBeLessThan(1_800)
    expect(durations[Math.floor(durations.length / 2)]).toBeLessThan(100)
    expect(durations.length).toBeGreaterThan(50)
    server.resume()
    // What it was told while it stood still it does now, and that must do no harm.
    await worksAgain()
    await vi.waitFor(async () => {
      await newsroom.visit(copying)
      expect(await holdsCopy()).toBe(true)
    }, WAIT)
  })

  it('a stalled server gets hardly any requests until it answers again', async () => {
    await newsroom.visit(here)
    server.suspend()
    await newsroom.visit(here)
    const before = proxy.requests
    for (let visits = 0; visits < 200; visits++) await newsroom.visit(here)
    // Each page looks up six fragments, one after another.
    expect(proxy.requests - before).toBeLessThan(100)
    expect(new Set(storeErrors(here))).toEqual(new Set(['CC_REDIS_UNREACHABLE']))
    server.resume()
    await worksAgain()
  })

  it('a server that stalls during its first examination is examined again', async () => {
    // The client asks once itself before it is ready.
    proxy.hold('replies', (link) => link.hasSent('$4\r\ninfo', 2))
    await newsroom.visit(here)
    expect(proxy.connections).toBe(1)
    proxy.release()
    await worksAgain()
  })

  it('an expiry is tried also while pages do without the server', async () => {
    await newsroom.visit(here)
    server.suspend()
    await newsroom.visit(here)
    await newsroom.visit(here)
    // While the expiry is being retried.
    setTimeout(300).then(() => server.resume())
    // Answers in the midst of the tries.
    await newsroom.publish(here, 2)
    await worksAgain()
  })

  it('a stalled server does not keep a fill waiting for another', async () => {
    const token = await fetchToken(here.store)
    await here.store.lease('a', { requiredToken: token, wasMiss: false }, 60_000)
    server.suspend()
    const waited = here.store.waitForRelease('a', 100).then(
      () => 'waited',
      () => 'could not',
    )
    // That it found out that nobody answers would take as long as this.
    expect(await Promise.race([waited, setTimeout(900, 'too long')])).not.toBe('too long')
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
    await worksAgain()
  })

  it('a slow server stores no fill that an expiry should have refused', async () => {
    const expired: number[] = []
    for (const delay of [20, 120]) {
      proxy.delay(delay)
      await Promise.all(
        [0, 1, 2].map(async (id) => {
          await newsroom.visit(here)
          await newsroom.publish(here, id).then(
            () => void expired.push(id),
            (error) => expect(error).toMatchObject({ code: 'CC_EXPIRE_FAILED' }),
          )
          // Fails where the page shows a story older than an expiry that was done.
          await newsroom.visit(here)
        }),
      )
    }
    // The first delay is within the timeout: none of these expiries may fail.
    expect(expired.slice(0, 3).sort()).toEqual([0, 1, 2])
    proxy.release()
    await worksAgain()
    const { shown } = await newsroom.visit(here)
    for (const { id, version } of shown) {
      expect(version).toBeGreaterThanOrEqual(expired.filter((each) => each === id).length)
    }
  })
})
