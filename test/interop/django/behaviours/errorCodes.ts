import { describe, expect, it } from 'vitest'
import { block, errorOf, type Newsdesk } from '../newsdesk.ts'

/** Errors have the codes that the same errors have in the library. */
export function errorCodes(desk: Newsdesk) {
  describe('the code of an error', () => {
    it.each([
      ['CC_INVALID_NAME', '{% cache_content 0 name %}a{% endcache_content %}'],
      ['CC_INVALID_TTL', '{% cache_content "soon" "a" %}a{% endcache_content %}'],
      ['CC_INVALID_OBJ', '{% register_content 5 %}'],
      ['CC_FRAGMENT_IN_ITSELF', block('a', block('a', ''))],
    ])('%s is the code for the template %s', async (code, template) => {
      expect(await errorOf(desk.render(template))).toMatchObject({
        code,
        message: expect.stringContaining(`[${code}, see docs/errors/${code}.md`),
      })
    })

    it('CC_INVALID_VARY is the code for a value that cannot be part of a key', async () => {
      expect(await errorOf(desk.call('createInvalidFragmentKey'))).toMatchObject({ code: 'CC_INVALID_VARY' })
    })

    it.each([
      { obj: 'a:1', status: 5 },
      { obj: 'a:1', action: 'saved' },
      { obj: 'a:1', fields: { at: 'now' } },
    ])('CC_INVALID_MESSAGE is the code for the message %j', async (message) => {
      expect(await errorOf(desk.call('publish', message))).toMatchObject({ code: 'CC_INVALID_MESSAGE' })
    })

    it('CC_INVALID_OPTIONS is the code for an invalid setting', async () => {
      const [message] = await desk.call<string[]>('checkSettings', { contentCache: { URL: '' } })
      expect(message).toContain('[CC_INVALID_OPTIONS,')
    })
  })
}
