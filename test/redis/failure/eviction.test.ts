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
const policy = (name: string, maxmemory = '1gb') =>
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
    beforeEach(() => policy(name))

    it('the server is not used: it may evict an index before its fragments', async () => {
      for (let visits = 0; visits < 3; visits++) {
        const { reports } = await newsroom.visit(here)
        for (const report of reports) expect(report).toMatchObject({ outcome: 'miss', stored: false })
      }
      expect(storeErrors(here)).toContain('CC_REDIS_EVICTION')
      expect(await redis.client.keys(`${site.keys.fragmentPrefix}*`)).toEqual([])
    })
  },
)

describe('a server that is refused for its policy', () => {
  const name = 'allkeys-lru'
  beforeEach(() => policy(name))

  it('a refused server takes no expiry either, and the error says why', async () => {
    const failure = await here.expire('story:1').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CC_EXPIRE_FAILED', cause: { code: 'CC_REDIS_EVICTION' } })
    expect(String((failure as Error).cause)).toContain(name)
  })

  it.each([
    ['the policy', () => policy('noeviction')],
    ['the limit', () => policy(name, '0')],
  ])('a refused server is used after %s is corrected, without a restart', async (_, setRight) => {
    await newsroom.visit(here)
    await setRight()
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), WAIT)
    await newsroom.publish(here, 1)
    await newsroom.visit(here)
  })
})

it.each(['noeviction', 'volatile-lru', 'volatile-lfu', 'volatile-ttl', 'volatile-random'])(
  'a server with the policy %s is used',
  async (name) => {
    await policy(name)
    await newsroom.visit(here)
    expect(isHit(await newsroom.visit(here))).toBe(true)
    await newsroom.publish(here, 1)
    await newsroom.visit(here)
  },
)

it('a server with allkeys-lru and no memory limit is used: it evicts nothing', async () => {
  await policy('allkeys-lru', '0')
  await newsroom.visit(here)
  expect(isHit(await newsroom.visit(here))).toBe(true)
  await newsroom.publish(here, 1)
  await newsroom.visit(here)
})

it.each([
  ['maxmemory:0', 'is used', undefined],
  ['maxmemory:1000', 'is refused', 'CC_REDIS_EVICTION'],
  ['', 'is refused, to be on the safe side', 'CC_REDIS_EVICTION'],
])('a server with the policy allkeys-lru that says of its limit "%s" %s', async (limit, _, code) => {
  const said = `redis_version:7.0.0\r\nrole:master\r\n${limit}\r\nmaxmemory_policy:allkeys-lru\r\n`
  const checking = checkServer({ info: async () => said } as unknown as Redis)
  await (code ? expect(checking).rejects.toMatchObject({ code }) : checking)
})

it('a server that is set wrong while it is in use is found out', async () => {
  await policy('noeviction')
  const options = { timeout: 60_000, failures: 3, probeAfter: 50, checkEvery: 20 }
  const connection = createConnection(redis.server.url, options)
  const ping = () => connection.runGuarded((client) => client.ping())
  try {
    await ping()
    await policy('allkeys-lru')
    await vi.waitFor(() => expect(ping()).rejects.toMatchObject({ code: 'CC_REDIS_EVICTION' }), WAIT)
    await policy('noeviction')
    await vi.waitFor(ping, WAIT)
  } finally {
    await connection.close()
  }
})

describe('a server that hides its settings', () => {
  it.each([
    ['CONFIG', true],
    // Without it nobody tells what others delete, so there are no copies in the process.
    ['CLIENT', false],
  ])('a server that hides its settings and forbids %s is used', async (command, hasCopies) => {
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

it('a page still names the reason after a long outage', async () => {
  await policy('allkeys-lru')
  for (let visits = 0; visits < 10; visits++) await newsroom.visit(here)
  const errors = here.events.flatMap((event) => (event.type === 'store-error' ? [event.error] : []))
  // Of all those that were not even tried, too.
  for (const error of errors) {
    const reason = error as { code: string; cause?: { code: string } }
    expect([reason.code, reason.cause?.code]).toContain('CC_REDIS_EVICTION')
  }
})
