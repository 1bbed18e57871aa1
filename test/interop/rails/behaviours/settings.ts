import { describe, expect, it } from 'vitest'
import { createRedisKeys } from '../../../../lib/redis/redisKeys.ts'
import type { Newsdesk } from '../newsdesk.ts'

/** Invalid settings are refused at once, without the password in the message. */
export function settings(desk: Newsdesk) {
  const { renderFront, listFragments } = desk

  describe('settings', () => {
    it.each([
      [{ url: 'redis//:hunter2@localhost' }, 'url must look like'],
      [{ url: 'redis://:hunt er2@localhost' }, 'url must look like'],
      [{ namespace: '' }, 'namespace must be'],
      [{ object_prefix: 'x:', reverse_prefix: 'x:y:' }, 'must not begin with object_prefix'],
      [{ object_prefix: 'cc:' }, 'must keep the keys of the index apart'],
      [{ namespace: 'obj' }, 'must keep the keys of the index apart'],
      [{ timeout: 0 }, 'timeout must be'],
      [{ timeout: '1' }, 'timeout must be'],
      [{ retention: -1 }, 'retention must be'],
    ])('the settings %o are refused, and the previous ones stay', async (fields, message) => {
      const refused = desk.call('configure', { fields })
      await expect(refused).rejects.toThrow(message)
      await expect(refused).rejects.toMatchObject({ code: 'CC_INVALID_OPTIONS' })
      await expect(refused).rejects.not.toThrow('hunt')
      await renderFront([1])
      expect(await listFragments()).toEqual(['front', 'teaser'])
    })

    it('an object_prefix that overlaps keys of the store or another program is refused', async () => {
      const { fragmentPrefix, objectPrefix, reversePrefix, ...names } = createRedisKeys({})
      const single = Object.values(names).filter((key) => typeof key === 'string')
      expect(single).toContain('cc:clock')
      const families = [fragmentPrefix, names.lease(''), 'cc:django:', 'cc:rails:', 'cc:cache:']
      for (const object_prefix of [...single, ...families]) {
        const refused = desk.call('configure', { fields: { object_prefix } })
        await expect(refused, object_prefix).rejects.toThrow('must keep the keys of the index apart')
      }
    })

    it('a cache store may have its own url and namespace', async () => {
      const options = { url: desk.server.url, namespace: 'own' }
      const [value, shown] = await desk.call<string[]>('useStoreWith', { options, key: 'a', value: 'b' })
      expect(value).toBe('b')
      expect(shown).not.toContain(String(desk.server.port))
      expect(await desk.client.get('own:a')).toBe('"b"')
    })

    it.each([
      [{ url: 'redis://:hunt er2@localhost' }, 'url must look like'],
      [{ pool_size: 3 }, 'pool_size'],
      [{ namespace: 'obj' }, 'namespace'],
      [{ namespace: 'cc:frag' }, 'namespace'],
      [{ namespace: 'cc' }, 'namespace'],
    ])('the options %o of a cache store are refused', async (options, message) => {
      const refused = desk.call('useStoreWith', { options, key: 'a', value: 'b' })
      await expect(refused).rejects.toThrow(message)
      await expect(refused).rejects.toMatchObject({ code: 'CC_INVALID_OPTIONS' })
      await expect(refused).rejects.not.toThrow('hunt')
    })

    it('inspect shows the settings without the address', async () => {
      const shown = await desk.call<string>('inspectSettings')
      expect(shown).toContain('cc')
      expect(shown).not.toContain(String(desk.server.port))
    })
  })
}
