import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkServer } from '../../../lib/redis/connection/checkServer.ts'
import { createConnection } from '../../../lib/redis/connection/connection.ts'
import { commitEntry } from '../../support/commitEntry.ts'
import { createSite, type FakeSite } from '../../support/fakeSite.ts'
import { createNewsroom, isHit, type Newsroom, storeErrors } from '../../support/newsroom.ts'
import { startRedis } from '../../support/redisServer.ts'
import { type RedisSite, realClock, redisForFile, siteOn } from '../../support/redisStores.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const setPolicy = (name: string, maxmemory = '1gb') =>
  redis.client.config('SET', 'maxmemory-policy', name, 'maxmemory', maxmemory)
const WAIT = { timeout: 30_000, interval: 20 }

let site: RedisSite
let here: FakeSite
let newsroom: Newsroom
beforeEach(() => {
  site = redis.site()
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(() => site.close())

describe.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random'])(
  'a server with a memory limit and the policy %s',
  (name) => {
    beforeEach(() => setPolicy(name))

    it(`a server with the policy ${name} and a memory limit is not used`, async () => {
      // It may evict a set of the index before the fragments that the set lists.
      for (let visits = 0; visits < 3; visits++) {
        const { reports } = await newsroom.visit(here)
        for (const report of reports) expect(report).toMatchObject({ outcome: 'miss', stored: false })
      }
      expect(storeErrors(here)).toContain('CC_REDIS_EVICTION')
      expect(await redis.client.keys(`${site.keys.fragmentPrefix}*`)).toEqual([])
    })
  },
)

describe('a server with an unsafe policy', () => {
  const name = 'allkeys-lru'
  beforeEach(() => setPolicy(name))

  it('a server with an unsafe policy takes no expiry, and the error names the policy', async () => {
    const failure = await here.expire('story:1').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CC_EXPIRE_FAILED', cause: { code: 'CC_REDIS_EVICTION' } })
    expect(String((failure as Error).cause)).toContain(name)
  })

  it.each([
    ['the policy', () => setPolicy('noeviction')],
    ['the limit', () => setPolicy(name, '0')],
  ])('a server with an unsafe policy is used after %s is corrected', async (_, correct) => {
    await newsroom.visit(here)
    await correct()
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
    await newsroom.publish(here, 1)
    await newsroom.visit(here)
  })
})

it.each(['noeviction', 'volatile-lru', 'volatile-lfu', 'volatile-ttl', 'volatile-random'])(
  'a server with the policy %s is used',
  async (name) => {
    await setPolicy(name)
    await newsroom.visit(here)
    expect(isHit(await newsroom.visit(here))).toBe(true)
    await newsroom.publish(here, 1)
    await newsroom.visit(here)
  },
)

it('a server with allkeys-lru and without a memory limit is used', async () => {
  await setPolicy('allkeys-lru', '0')
  await newsroom.visit(here)
  expect(isHit(await newsroom.visit(here))).toBe(true)
  await newsroom.publish(here, 1)
  await newsroom.visit(here)
})

it.each([
  ['maxmemory:0', 'is used', undefined],
  ['maxmemory:1000', 'is refused', 'CC_REDIS_EVICTION'],
  ['', 'is refused', 'CC_REDIS_EVICTION'],
])('a server with allkeys-lru and "%s" in its INFO %s', async (limit, _, code) => {
  const info = `redis_version:7.0.0\r\nrole:master\r\n${limit}\r\nmaxmemory_policy:allkeys-lru\r\n`
  const checking = checkServer({ info: async () => info } as unknown as Redis)
  await (code ? expect(checking).rejects.toMatchObject({ code }) : checking)
})

it('a server whose policy becomes unsafe is refused until the policy is corrected', async () => {
  await setPolicy('noeviction')
  const options = { timeout: 60_000, failures: 3, probeAfter: 50, checkEvery: 20 }
  const connection = createConnection(redis.server.url, options)
  const ping = () => connection.runThroughBreaker((client) => client.ping())
  try {
    await ping()
    await setPolicy('allkeys-lru')
    await vi.waitFor(() => expect(ping()).rejects.toMatchObject({ code: 'CC_REDIS_EVICTION' }), WAIT)
    await setPolicy('noeviction')
    await vi.waitFor(ping, WAIT)
  } finally {
    await connection.close()
  }
})

describe('a server that forbids commands', () => {
  it.each([
    ['CONFIG', true],
    // Without client tracking, deletions by other programs are not reported, so no copies are kept.
    ['CLIENT', false],
  ])('a server that forbids %s is used', async (command, hasCopies) => {
    const server = await startRedis({ args: ['--rename-command', command, ''] })
    const separateSite = siteOn(() => server.port)
    try {
      const store = separateSite.open()
      const on = createSite({ clock: realClock, store })
      await newsroom.visit(on)
      expect(isHit(await newsroom.visit(on))).toBe(true)
      await newsroom.publish(on, 1)
      await newsroom.visit(on)
      await commitEntry(store, 'a')
      const isLocal = async () => (await store.lookup([{ key: 'a', ageMs: 0 }]))[0]?.token === undefined
      if (hasCopies) await vi.waitFor(async () => expect(await isLocal()).toBe(true), WAIT)
      else expect(await isLocal()).toBe(false)
      expect(storeErrors(on)).toEqual([])
    } finally {
      await separateSite.close()
      await server.stop()
    }
  })
})

it('each error names the unsafe policy, even while the circuit is open', async () => {
  await setPolicy('allkeys-lru')
  for (let visits = 0; visits < 10; visits++) await newsroom.visit(here)
  const errors = here.events.flatMap((event) => (event.type === 'store-error' ? [event.error] : []))
  // An error of a command that was not sent has the last failure as its cause.
  for (const error of errors) {
    const reason = error as { code: string; cause?: { code: string } }
    expect([reason.code, reason.cause?.code]).toContain('CC_REDIS_EVICTION')
  }
})
