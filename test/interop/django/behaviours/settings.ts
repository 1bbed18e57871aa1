import { describe, expect, it } from 'vitest'
import { createRedisKeys } from '../../../../lib/redis/redisKeys.ts'
import { block, type Newsdesk, names } from '../newsdesk.ts'

/** The setting CONTENT_CACHE of a Django project. */
export function settings(desk: Newsdesk) {
  const { listCaches } = desk

  describe('the settings', () => {
    const URL = 'redis://:s3cret@localhost:6379'
    it.each([
      [{ URL: '' }, 'has no URL'],
      [{ URL: 'http://:s3cret@localhost' }, 'must look like redis://'],
      [{ URL: 'redis://:s3cret/x@localhost:port' }, 'must look like redis://'],
      [{ URL, TIMEOUT: 0 }, 'TIMEOUT'],
      [{ URL, TIMEOUT: true }, 'TIMEOUT'],
      [{ URL, RETENTION: 0 }, 'RETENTION'],
      [{ URL, NAMESPACE: '' }, 'NAMESPACE'],
      [{ URL, CHANNEL: null }, 'CHANNEL'],
      [{ URL, OBJECT_PREFIX: 'sobj:' }, 'must not overlap'],
      [{ URL, NAMESPACE: 'obj' }, 'must keep the keys of the index apart'],
      [{ URL, NAMSPACE: 'cc' }, "no setting 'NAMSPACE'"],
      ['redis://:s3cret@localhost', 'must be a dict'],
    ])('the settings %j are refused without a password in the message', async (contentCache, fault) => {
      const [message = ''] = await desk.call<string[]>('checkSettings', { contentCache })
      expect(message).toContain(fault)
      expect(message).not.toContain('s3cret')
    })

    it('an OBJECT_PREFIX that overlaps keys of the store or another program is refused', async () => {
      const { fragmentPrefix, objectPrefix, reversePrefix, ...keys } = createRedisKeys(names)
      const single = Object.values(keys).filter((key) => typeof key === 'string')
      expect(single).toContain('cc:clock')
      const families = [fragmentPrefix, keys.lease(''), 'cc:django:', 'cc:rails:', 'cc:cache:']
      for (const OBJECT_PREFIX of [...single, ...families]) {
        const [message] = await desk.call<string[]>('checkSettings', {
          contentCache: { URL, OBJECT_PREFIX },
        })
        expect(message, OBJECT_PREFIX).toContain('must keep the keys of the index apart')
      }
    })

    it('the traceback of refused settings contains no password', async () => {
      const contentCache = { URL: 'redis://:s3cret/x@localhost:port' }
      const trace: string = await desk.call('getTracebackOfSettings', { contentCache })
      expect(trace).toContain('ImproperlyConfigured')
      expect(trace).not.toMatch(/s3cret|During handling/)
    })

    it('every key in Redis has the prefixes of the settings', async () => {
      const contentCache = { NAMESPACE: 'site2', OBJECT_PREFIX: 'o:', REVERSE_PREFIX: 'r:' }
      await desk.call('renderWith', { contentCache, template: block('a', '{% register_content "a:1" %}') })
      const all = ['o:a:1', 'r:site2:django:["a"]', 'site2:django:["a"]', 'site2:due', 'site2:epoch']
      expect(await listCaches('*')).toEqual(all)
    })

    it('blocks of different VERSION settings do not share keys', async () => {
      const template = block('a', '{{ n }}')
      for (const VERSION of ['', 'v1', 'v2']) {
        const args = { contentCache: { VERSION }, template, context: { n: VERSION } }
        expect(await desk.call('renderWith', args)).toBe(VERSION)
      }
    })

    it('a URL is the only required setting, and may come from the environment', async () => {
      expect(await desk.call('checkSettings', { contentCache: { URL } })).toEqual([])
      const environment = { CONTENT_CACHE_REDIS_URL: URL }
      expect(await desk.call('checkSettings', { contentCache: {}, environment })).toEqual([])
    })
  })
}
