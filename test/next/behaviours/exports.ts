import type { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { newId, type Site } from '../../support/nextSite.ts'

/** Fragments that other programs read from the Redis of a site. */
export function describeExports(
  places: () => { readonly site: Site; readonly redis: Redis },
  { development = false } = {},
) {
  describe('a fragment that is exported', () => {
    const htmlOf = (id: string, head = 1, part = 1) =>
      `<section><h3>Head ${head} of ${id}</h3><ul><li><p>Part ${part} &amp; <em>more</em>` +
      `<img src="/picture.png" alt=""/><b>Late 1</b></p></li></ul></section>`
    const keysOf = (id: string) => [`raw:${id}`, `:1:${id}`, `rails:${id}`]

    /** Visits the page, and waits until all formats have been written. */
    async function visitExported(id: string, times = 1): Promise<void> {
      const { site } = places()
      await site.get(`/exported/${id}`)
      await site.send({ noted: `export exported["${id}",undefined] committed`, times: 3 * times })
    }

    it('an exported fragment is written whole, in each format, as plain HTML', async () => {
      const { redis } = places()
      const id = newId()
      await visitExported(id)
      expect(await redis.get(`raw:${id}`)).toBe(htmlOf(id))
      for (const key of keysOf(id)) expect(await redis.get(key)).toContain(htmlOf(id))
    })

    it('an exported fragment is written whole when a fragment inside was a hit', async () => {
      const { site, redis } = places()
      const id = newId()
      await visitExported(id)
      await site.send({ write: { [`${id}/head`]: '2' }, expire: `${id}/head` })
      expect(await redis.exists(...keysOf(id))).toBe(0)
      await visitExported(id, 2)
      expect(await site.count(`hit exported part["${id}"]`)).toBe(1)
      expect(await redis.get(`raw:${id}`)).toBe(htmlOf(id, 2))
    })

    it('an exported fragment is removed when an object of an inner fragment expires', async () => {
      const { site, redis } = places()
      const id = newId()
      await visitExported(id)
      for (const key of keysOf(id)) {
        expect((await redis.smembers(`sobj:${key}`)).sort()).toEqual(
          ['head', 'late', 'part'].map((name) => `obj:${id}/${name}`),
        )
      }
      await site.send({ write: { [`${id}/part`]: '2' }, expire: `${id}/part` })
      expect(await redis.exists(...keysOf(id))).toBe(0)
      await visitExported(id, 2)
      expect(await redis.get(`raw:${id}`)).toBe(htmlOf(id, 1, 2))
    })

    it('links and images are exported as the elements that they render', async () => {
      const { site, redis } = places()
      const id = newId()
      const read = async () => {
        const html = (await redis.get(`raw:${id}`)) ?? ''
        return [
          ...html.matchAll(/<(?:a|img) [^>]*(?:>[^<]*<b>link<\/b><\/a>|>own link<\/a>|"nested"[^>]*>)/g),
        ].map(String)
      }
      await site.get(`/exported/${id}?extra=links`)
      await site.send({ noted: `export exported["${id}","links"] committed`, times: 3 })
      const expected = [
        '<a href="/a?b=c+d">own link</a>',
        '<a href="/part/1">nested <b>link</b></a>',
        expect.stringMatching(/^<img alt="nested" .*src="\/picture.png"\/>$/),
      ]
      expect(await read()).toEqual(expected)
      // The nested fragment is a hit in the next export.
      await site.send({ write: { [`${id}/head`]: '2' }, expire: `${id}/head` })
      await site.get(`/exported/${id}?extra=links`)
      await site.send({ noted: `export exported["${id}","links"] committed`, times: 6 })
      expect(await site.count(`hit exported links["${id}"]`)).toBe(1)
      expect(await read()).toEqual(expected)
    })

    it.each([
      ['counter', 'section > ul > li > (client component Counter)', 'clicked 0 times'],
      ['form', 'section > form > (function in action)', '/form=1'],
    ])(
      'a fragment with a %s is stored, not exported, and its old HTML is removed',
      async (extra, path, expected) => {
        const { site, redis } = places()
        const id = newId()
        await visitExported(id)
        const printed = site.log().length
        const { status, text } = await site.get(`/exported/${id}?extra=${extra}`)
        expect(status).toBe(200)
        expect(text).toContain(expected)
        await site.stored(`exported["${id}","${extra}"]`)
        await site.send({ noted: `export-failed exported["${id}","${extra}"] CC_EXPORT_NOT_PLAIN` })
        await expect.poll(() => redis.exists(...keysOf(id))).toBe(0)
        // In production only an event reports it, and the fixture prints the event.
        if (!development) await site.logged(path, printed)
      },
    )

    if (development) {
      it('a fragment that cannot be exported is reported on the console, once', async () => {
        const { site } = places()
        for (const id of [newId(), newId()]) {
          await site.get(`/exported/${id}?extra=counter`)
          await site.send({ noted: `export-failed exported["${id}","counter"] CC_EXPORT_NOT_PLAIN` })
        }
        await site.logged('Fragment "exported" was not exported')
        expect(site.log().split('Fragment "exported" was not exported')).toHaveLength(2)
        expect(site.log()).not.toContain('unique "key"')
      })
    }
  })
}
