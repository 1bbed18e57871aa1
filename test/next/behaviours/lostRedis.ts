import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CachingSites, revalidateInHandler } from '../../support/cachingSites.ts'
import type { Site } from '../../support/nextSite.ts'
import { redisEnvironment, startRedisWithUser } from '../../support/redisEnvironment.ts'
import { type RedisServer, startRedis } from '../../support/redisServer.ts'
import { readAll, readShown } from '../../support/shownPage.ts'
import { EDITED_IDS, getPaths, getRoutes } from '../caches/site/routes.ts'

const SOON = { timeout: 10_000, interval: 20 }
/** Longer than the waits for a store that does not answer, on a busy machine, in milliseconds. */
const MAX_ANSWER_MS = 6_000
const PAGES_AT_A_TIME = 8

/** A site whose Redis is suspended, killed and started again. */
export function describeLostRedis(sites: () => CachingSites, cacheComponents: boolean) {
  const dynamicPath = cacheComponents ? '/seconds' : '/unstable'

  describe('without its Redis', () => {
    let redis: RedisServer
    let site: Site
    beforeAll(async () => {
      redis = await startRedisWithUser()
      site = await sites().start({ cacheComponents, env: redisEnvironment(redis.port) })
      sites().cms.reset()
      await readAll(site, getPaths(getRoutes(cacheComponents), EDITED_IDS))
    })
    afterAll(async () => {
      await site?.stop()
      await redis?.stop()
    })

    /** All pages, in the cache or not, and an id that no process has rendered. Few at a time, to measure their own time. */
    async function expectPages(newId: string) {
      const paths = getPaths(getRoutes(cacheComponents), [...EDITED_IDS, newId])
      for (let start = 0; start < paths.length; start += PAGES_AT_A_TIME)
        await Promise.all(paths.slice(start, start + PAGES_AT_A_TIME).map(({ path }) => expectPage(path)))
    }

    async function expectPage(path: string) {
      const { status } = await site.get(path, { signal: AbortSignal.timeout(MAX_ANSWER_MS) })
      const expected = path.startsWith('/redirect') ? 307 : path.startsWith('/missing') ? 404 : 200
      expect(status, path).toBe(expected)
    }

    it('no page hangs or fails while Redis is suspended', async () => {
      redis.suspend()
      try {
        await expectPages('suspended')
        await expectPages('still-suspended')
      } finally {
        redis.resume()
      }
    })

    it('no page hangs or fails while Redis is gone', async () => {
      await redis.kill()
      await expectPages('gone')
      await expectPages('still-gone')
    })

    it('an expiry that Redis does not accept fails', async () => {
      await expect(revalidateInHandler(site, { expireObj: ['film:fixed/a'] })).rejects.toThrow('500')
    })

    it('pages are cached again when Redis is back', async () => {
      const late = await startRedisWithUser({ port: redis.port })
      try {
        await vi.waitFor(async () => {
          const [one, two] = [
            await readShown(site, `${dynamicPath}/back`),
            await readShown(site, `${dynamicPath}/back`),
          ]
          expect(two.stamps).toBe(one.stamps)
        }, SOON)
      } finally {
        await late.stop()
      }
    })
  })
}

/** The control: the site waits as long as its Redis is suspended. */
export function describeHangingPages(sites: () => CachingSites) {
  it('a page hangs with the published caches while Redis is suspended', async () => {
    const redis = await startRedis()
    const env = { PUBLISHED_REDIS_URL: redis.url }
    const site = await sites().start({ cacheComponents: true, caches: 'published', env })
    await readShown(site, '/seconds/a')
    redis.suspend()
    try {
      const page = site.get('/seconds/a', { signal: AbortSignal.timeout(MAX_ANSWER_MS) })
      await expect(page).rejects.toThrow('timeout')
    } finally {
      redis.resume()
      await site.stop()
      await redis.stop()
    }
  })
}
