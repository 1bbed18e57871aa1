import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../../../support/redisServer.ts'
import { stampsIn, story } from '../newsdesk.ts'
import { type RailsProject, startRails } from '../railsProject.ts'

/** A page goes on; an expiry is not lost without a word. */
export function failures() {
  describe('with a Redis that does not answer', () => {
    it('a page waits for a few timeouts of a silent Redis, not for one per fragment', async () => {
      const slow = await startRedis()
      const patient = await startRails({ redisUrl: slow.url, namespace: 'cc', timeout: 0.5 })
      try {
        slow.suspend()
        const startedAt = performance.now()
        const assigns = { ids: Array.from({ length: 30 }, (_, id) => id), edition: '', stamp: 's1' }
        const html = await patient.call<string>('renderTemplate', { name: 'front', assigns })
        expect(stampsIn(html).length).toBe(31)
        // Of 31 timeouts of half a second, three are waited for, and one each second.
        expect(performance.now() - startedAt).toBeLessThan(10_000)
      } finally {
        slow.resume()
        await patient.stop()
        await slow.stop()
      }
    })
  })

  describe('without Redis', () => {
    let alone: RedisServer
    let lonely: RailsProject
    beforeAll(async () => {
      alone = await startRedis()
      lonely = await startRails({ redisUrl: alone.url, namespace: 'cc', timeout: 0.25 })
      await lonely.call('saveStory', { id: 1, headline: 'Rain' })
      await alone.kill()
    })
    afterAll(async () => {
      await lonely?.stop()
      await alone?.stop()
    })

    it('views render uncached without Redis', async () => {
      const assigns = { ids: [1, 2], edition: 'morning' }
      for (const stamp of ['s1', 's2']) {
        const html = await lonely.call<string>('renderTemplate', {
          name: 'front',
          assigns: { ...assigns, stamp },
        })
        expect(stampsIn(html)).toEqual([stamp, stamp, stamp])
      }
    })

    it('expiring, refreshing and publishing without Redis raise an error with a code', async () => {
      await expect(lonely.call('expireObj', { obj: story })).rejects.toThrow(
        /DeliveryError: Expiring news\/story:1 failed: Redis does not answer.*tried 5 times/,
      )
      await expect(lonely.call('refreshObj', { obj: story })).rejects.toMatchObject({
        code: 'CC_EXPIRE_FAILED',
        message: expect.stringMatching(/DeliveryError.*\[CC_EXPIRE_FAILED\]/),
      })
      await expect(lonely.call('publish', { obj: story, action: 'save' })).rejects.toMatchObject({
        code: 'CC_PUBLISH_FAILED',
        message: expect.stringContaining('DeliveryError'),
      })
    })

    it('a save without Redis is kept, raises, and logs the key', async () => {
      const saving = lonely.call('saveStory', { id: 1, headline: 'Sun' })
      await expect(saving).rejects.toThrow(/DeliveryError.*news\/story:1/)
      expect(await lonely.call('headline', { id: 1 })).toBe('Sun')
      expect(await lonely.call('logged')).toMatch(/ERROR.*news\/story:1 failed/)
    })

    it('a transaction without Redis logs the keys of all its stories', async () => {
      const saving = lonely.call('saveStories', { ids: [11, 12, 13], headline: 'Sun' })
      await expect(saving).rejects.toThrow(/DeliveryError.*news\/story:11/)
      for (const id of [11, 12, 13])
        expect(await lonely.call('logged')).toMatch(
          new RegExp(`ERROR.*news/story:${id}, news/story:new failed`),
        )
    })

    it('an invalid object is refused without Redis too', async () => {
      await expect(lonely.call('expireObj', { obj: 5 })).rejects.toThrow('TypeError')
    })
  })
}
