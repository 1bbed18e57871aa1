import { describe, expect, it } from 'vitest'
import { block, errorOf, type Newsdesk } from '../newsdesk.ts'

/** `cache_content` in views, and JSON values. */
export function values(desk: Newsdesk) {
  const { listCaches, render } = desk

  describe('cache_content in a view', () => {
    const call = (args: object = {}) =>
      desk.call('cachedInView', { name: 'side', vary: [1], html: '<b>', registers: ['a:1'], ...args })

    it('cache_content in a view renders once until an object is expired', async () => {
      expect(await call()).toEqual({ html: '<b>', renders: 1, safe: true })
      expect(await call()).toEqual({ html: '<b>', renders: 0, safe: true })
      await desk.call('expireObj', { obj: 'a:1' })
      expect(await call()).toEqual({ html: '<b>', renders: 1, safe: true })
    })

    it('cache_content in a view shares the block of a template with the same key', async () => {
      await call()
      expect(await render('{% cache_content 0 "side" 1 %}other{% endcache_content %}')).toBe('<b>')
    })

    it('cache_content in a view refuses a value that is no string', async () => {
      const refusal = await errorOf(call({ html: 5 }))
      expect(refusal?.code).toBe('CC_INVALID_VALUE')
      expect(refusal?.message).toContain('must return HTML as a string, but returned 5')
      expect(await listCaches()).toEqual([])
    })

    it('cache_content in a view escapes a string that is not marked safe', async () => {
      const html = '&lt;b&gt;'
      for (const renders of [1, 0]) {
        expect(await call({ safe: false })).toEqual({ html, renders, safe: true })
      }
    })
  })

  describe('values', () => {
    it('a JSON value is stored with its objects', async () => {
      const value = { list: [1, 'ü', null, true], nested: { a: 1.5 } }
      expect(await desk.call('contentSet', { key: 'k', value, objs: ['a:1'] })).toBe(true)
      expect(await desk.call('contentGet', { key: 'k' })).toEqual(value)
      expect(await desk.store.expire(['a:1'])).toBe(1)
      expect(await desk.call('contentGet', { key: 'k' })).toBe(null)
    })

    it('a value is refused when an object was expired after its token was taken', async () => {
      const args = { key: 'k', value: 1, objs: ['a:1'], expireFirst: 'a:1' }
      expect(await desk.call('contentSet', args)).toBe(false)
      expect(await desk.call('contentGet', { key: 'k' })).toBe(null)
    })

    it('a value is refused with the token None, and stored without a token argument', async () => {
      expect(await desk.call('contentSetWithNoToken', { key: 'k', value: 1, objs: ['a:1'] })).toBe(false)
      expect(await desk.call('contentGet', { key: 'k' })).toBe(null)
      expect(await desk.call('contentSetWithoutToken', { key: 'k', value: 1, objs: ['a:1'] })).toBe(true)
      expect(await desk.call('contentGet', { key: 'k' })).toBe(1)
    })

    it('a block depends on the objects and the timeout of a value that it reads', async () => {
      await desk.call('contentSet', { key: 'k', value: 'v', objs: ['a:1'], timeout: 60 })
      expect(await render(block('a', '{{ value }}'), { value: { $value: 'k' } })).toBe('v')
      expect(await desk.client.pttl('cc:django:["a"]')).toBeLessThanOrEqual(60_000)
      await desk.call('expireObj', { obj: 'a:1' })
      expect(await listCaches()).toEqual([])
    })

    it('a value that holds a pickle is a miss, and the pickle is not executed', async () => {
      await desk.client.set('cc:django:value:k', Buffer.from('\x80\x04cos\nsystem\n', 'latin1'))
      expect(await desk.call('contentGet', { key: 'k' })).toBe(null)
    })
  })
}
