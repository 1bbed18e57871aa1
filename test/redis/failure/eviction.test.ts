import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createNewsroom, isHit, type Newsroom, storeErrors } from '../../support/newsroom.ts'
import { type RedisSite, realClock, redisForFile } from '../../support/redisStores.ts'
import { createSite, type ToySite } from '../../support/toySite.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const redis = redisForFile()
const policy = (name: string) => redis.client.config('SET', 'maxmemory-policy', name)
const soon = { timeout: 30_000, interval: 20 }

let site: RedisSite
let here: ToySite
let newsroom: Newsroom
beforeEach(() => {
  site = redis.site()
  here = createSite({ clock: realClock, store: site.open() })
  newsroom = createNewsroom()
})
afterEach(() => site.close())

describe.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random'])('a server with the policy %s', (name) => {
  beforeEach(() => policy(name))

  it('is not used, since it may evict the index of a fragment before the fragment', async () => {
    for (let visits = 0; visits < 3; visits++) {
      const { reports } = await newsroom.visit(here)
      for (const report of reports) expect(report).toMatchObject({ outcome: 'miss', stored: false })
    }
    expect(storeErrors(here)).toContain('CC_REDIS_EVICTION')
    expect(await redis.client.keys(`${site.keys.fragmentPrefix}*`)).toEqual([])
  })

  it('takes no expiry either, and says why', async () => {
    const failure = await here.expire('story:1').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'CC_EXPIRE_FAILED', cause: { code: 'CC_REDIS_EVICTION' } })
    expect(String((failure as Error).cause)).toContain(name)
  })

  it('is used once somebody has set it right, without a restart', async () => {
    await newsroom.visit(here)
    await policy('noeviction')
    await vi.waitFor(async () => expect(isHit(await newsroom.visit(here))).toBe(true), soon)
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

it('pages that are not served for long still name the reason', async () => {
  await policy('allkeys-lru')
  for (let visits = 0; visits < 10; visits++) await newsroom.visit(here)
  const errors = here.events.flatMap((event) => (event.type === 'store-error' ? [event.error] : []))
  // Of all those that were not even tried, too.
  for (const error of errors) {
    const reason = error as { code: string; cause?: { code: string } }
    expect([reason.code, reason.cause?.code]).toContain('CC_REDIS_EVICTION')
  }
})
