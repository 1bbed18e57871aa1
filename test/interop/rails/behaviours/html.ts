import { describe, expect, it } from 'vitest'
import type { Newsdesk } from '../newsdesk.ts'

/** Markup is the same with and without the cache. */
export function html(desk: Newsdesk) {
  const { render, renderFront, findKeys } = desk

  describe('HTML', () => {
    it('HTML is escaped as without the cache, on a miss and on a hit', async () => {
      const text = '<script>alert("1 & 2")</script>é😀'
      const escaped = '&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;é😀'
      const first = await render('text', { text })
      expect(first.trim()).toBe(`<b>${escaped}</b><i>made by the view</i>${escaped}`)
      const [key = ''] = await findKeys('cc:rails:*')
      expect(await desk.client.get(key)).toBe(`<b>${escaped}</b><i>made by the view</i>`)
      expect(await render('text', { text })).toBe(first)
    })

    it('a plain string that a block returns is escaped', async () => {
      for (let visit = 0; visit < 2; visit++)
        expect((await render('value', { text: '<b>' })).trim()).toBe('&lt;b&gt;')
    })

    it('a stored fragment that is not UTF-8 is a miss, and is replaced', async () => {
      await renderFront([], { stamp: 'first' })
      const [key = ''] = await findKeys('cc:rails:*')
      await desk.client.set(key, Buffer.from([0x3c, 0xff]))
      expect(await renderFront([], { stamp: 'second' })).toContain('second')
      expect(await desk.client.get(key)).toContain('second')
    })

    it('a fragment is stored without objects, and registering outside one does nothing', async () => {
      const first = await render('unregistered')
      expect(await render('unregistered')).toBe(first)
      expect(await findKeys('*obj:*')).toEqual([])
    })
  })
}
