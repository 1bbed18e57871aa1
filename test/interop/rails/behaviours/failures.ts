import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../../../support/redisServer.ts'
import { stampsIn, story } from '../newsdesk.ts'
import { type RailsProject, startRails } from '../railsProject.ts'

/** Pages render without Redis. A failed expiry raises and is logged. */
export function failures() {
  describe('with a Redis that does not answer', () => {
    it('a page waits for a few timeouts of a silent Redis, not for one per fragment', async () => {
      const silent = await startRedis()
      const rails = await startRails({ redisUrl: silent.url, namespace: 'cc', timeout: 0.5 })
      try {
        silent.suspend()
        const startedAt = performance.now()
        const assigns = { ids: Array.from({ length: 30 }, (_, id) => id), edition: '', stamp: 's1' }
        const html = await rails.call<string>('renderTemplate', { name: 'front', assigns })
        expect(stampsIn(html).length).toBe(31)
        // 31 timeouts would take 15 seconds. The breaker waits for three, then for one per second.
        expect(performance.now() - startedAt).toBeLessThan(10_000)
      } finally {
        silent.resume()
        await rails.stop()
        await silent.stop()
      }
    })
  })

  describe('without Redis', () => {
    let server: RedisServer
    let rails: RailsProject
    beforeAll(async () => {
      server = await startRedis()
      rails = await startRails({ redisUrl: server.url, namespace: 'cc', timeout: 0.25 })
      await rails.call('saveStory', { id: 1, headline: 'Rain' })
      await server.kill()
    })
    afterAll(async () => {
      await rails?.stop()
      await server?.stop()
    })

    it('views render uncached without Redis', async () => {
      const assigns = { ids: [1, 2], edition: 'morning' }
      for (const stamp of ['s1', 's2']) {
        const html = await rails.call<string>('renderTemplate', {
          name: 'front',
          assigns: { ...assigns, stamp },
        })
        expect(stampsIn(html)).toEqual([stamp, stamp, stamp])
      }
    })

    it('expiring, refreshing and publishing without Redis raise an error with a code', async () => {
      await expect(rails.call('expireObj', { obj: story })).rejects.toThrow(
        /DeliveryError: Expiring news\/story:1 failed after 5 attempts: Redis does not answer/,
      )
      await expect(rails.call('refreshObj', { obj: story })).rejects.toMatchObject({
        code: 'CC_EXPIRE_FAILED',
        message: expect.stringMatching(
          /DeliveryError.*\[CC_EXPIRE_FAILED, see docs\/errors\/CC_EXPIRE_FAILED\.md/,
        ),
      })
      await expect(rails.call('publish', { obj: story, action: 'save' })).rejects.toMatchObject({
        code: 'CC_PUBLISH_FAILED',
        message: expect.stringContaining('DeliveryError'),
      })
    })

    it('a save without Redis is kept, raises, and logs the key', async () => {
      const saving = rails.call('saveStory', { id: 1, headline: 'Sun' })
      await expect(saving).rejects.toThrow(/DeliveryError.*news\/story:1/)
      expect(await rails.call('readHeadline', { id: 1 })).toBe('Sun')
      expect(await rails.call('readLog')).toMatch(/ERROR.*news\/story:1 failed/)
    })

    it('a transaction without Redis logs the keys of all its stories', async () => {
      const saving = rails.call('saveStories', { ids: [11, 12, 13], headline: 'Sun' })
      await expect(saving).rejects.toThrow(/DeliveryError.*news\/story:11/)
      for (const id of [11, 12, 13])
        expect(await rails.call('readLog')).toMatch(
          new RegExp(`ERROR.*news/story:${id}, news/story:new failed`),
        )
    })

    it('an invalid object is refused without Redis too', async () => {
      await expect(rails.call('expireObj', { obj: 5 })).rejects.toThrow('TypeError')
    })
  })
}
