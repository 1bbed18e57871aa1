import { describe, expect, it } from 'vitest'
import { newId, type Site, type SiteOptions } from '../../support/nextSite.ts'

/** What must never be stored, and what still reaches Next as it would without the cache. */
export function guards(site: () => Site, { cacheComponents }: SiteOptions) {
  describe('what is not stored', () => {
    it('keeps visitors apart that are told apart by `vary`', async () => {
      const id = newId()
      const visit = (visitor: string) =>
        site().get(`/visitor/${id}`, { headers: { cookie: `visitor=${visitor}` } })
      await site().tell({ hold: `${id}/a` })
      const both = [visit('visitor-one'), visit('visitor-two')]
      await site().tell({ noted: `wait ${id}/a`, times: 2 })
      await site().tell({ release: `${id}/a` })
      const [one, two] = await Promise.all(both)
      for (const page of [one, await visit('visitor-one')]) {
        expect(page?.text).toContain('Welcome visitor-one')
        expect(page?.html).not.toContain('visitor-two')
      }
      for (const page of [two, await visit('visitor-two')]) {
        expect(page?.text).toContain('Welcome visitor-two')
        expect(page?.html).not.toContain('visitor-one')
      }
      expect(await site().count(`read ${id}/a`)).toBe(2)
    })

    for (const api of ['cookies', 'headers', 'connection']) {
      it(`refuses ${api}() in a fragment, and names both (rule 11)`, async () => {
        const id = newId()
        const before = site().log().length
        for (const _ of ['first visit', 'second visit']) {
          const { status, html } = await site().get(`/guard/${id}?api=${api}`)
          expect(status).toBe(cacheComponents ? 200 : 500)
          expect(html).not.toContain('read it')
        }
        await site().logged('CC_REQUEST_DATA', before)
        expect(site().log().slice(before)).toContain(`Fragment "guard" read \`${api}()\``)
        expect(await site().count(`render guard ${id}`)).toBe(2)
      })

      it(`does not store what caught the error of ${api}() (rule 11)`, async () => {
        const id = newId()
        for (const _ of ['first visit', 'second visit']) {
          const { status, text } = await site().get(`/guard/${id}?api=${api}&caught=1`)
          expect(status).toBe(200)
          expect(text).toContain('caught CC_REQUEST_DATA')
        }
        expect(await site().count(`render guard ${id}`)).toBe(2)
      })
    }

    it('lets notFound() through, and forgets it when there is something (rule 11)', async () => {
      const id = newId()
      await site().tell({ write: { [`${id}/a`]: null } })
      for (const _ of ['first visit', 'second visit']) {
        const { status, html } = await site().get(`/turn/${id}`)
        expect(html).toContain('nothing of that name')
        // With cacheComponents the status is sent before the page is known.
        expect(status).toBe(cacheComponents ? 200 : 404)
      }
      await site().tell({ write: { [`${id}/a`]: '2' } })
      const { status, text } = await site().get(`/turn/${id}`)
      expect(status).toBe(200)
      expect(text).toContain(`${id}/a=2`)
    })

    it('lets redirect() through, and forgets it when nothing redirects (rule 11)', async () => {
      const id = newId()
      await site().tell({ write: { [`${id}/a`]: 'moved' } })
      for (const _ of ['first visit', 'second visit']) {
        const { status, headers, html } = await site().get(`/turn/${id}`)
        if (cacheComponents) expect(html).toContain(`url=/item/${id}`)
        else expect([status, headers.get('location')]).toEqual([307, `/item/${id}`])
      }
      await site().tell({ write: { [`${id}/a`]: '2' } })
      expect((await site().get(`/turn/${id}`)).text).toContain(`${id}/a=2`)
    })

    it('lets errors through, with their message in the log, and recovers (rule 11)', async () => {
      const id = newId()
      await site().tell({ write: { [`${id}/a`]: 'broken' } })
      for (const visit of [1, 2]) {
        const { status, html } = await site().get(`/turn/${id}`)
        expect(status).toBe(cacheComponents ? 200 : 500)
        expect(html).not.toContain(`The press of ${id}`)
        expect(await site().count(`refused turn["${id}"] error`)).toBe(visit)
      }
      await site().logged(`The press of ${id} is broken`)
      await site().tell({ write: { [`${id}/a`]: '2' } })
      const { status, text } = await site().get(`/turn/${id}`)
      expect(status).toBe(200)
      expect(text).toContain(`${id}/a=2`)
    })

    it('neither reads nor writes in draft mode (rule 11)', async () => {
      const id = newId()
      const draft = await fetch(`${site().origin}/draft`, { method: 'POST' })
      const cookie = draft.headers
        .getSetCookie()
        .map((set) => set.split(';')[0])
        .join('; ')
      expect(cookie).toContain('__prerender_bypass')
      const preview = () => site().get(`/item/${id}`, { headers: { cookie } })

      expect((await preview()).text).toContain(`${id}/a=1`)
      expect(await site().count(`miss item["${id}/a"] absent`)).toBe(0)
      await site().get(`/item/${id}`)
      expect(await site().count(`miss item["${id}/a"] absent`)).toBe(1)
      await site().tell({ write: { [`${id}/a`]: 'draft' } })
      expect((await preview()).text).toContain(`${id}/a=draft`)
      expect((await site().get(`/item/${id}`)).text).toContain(`${id}/a=1`)
    })

    const codes = {
      name: 'CC_INVALID_NAME',
      vary: 'CC_INVALID_VARY',
      ttl: 'CC_INVALID_TTL',
      version: 'CC_INVALID_VERSION',
      obj: 'CC_INVALID_OBJ',
    }
    for (const [what, code] of Object.entries(codes)) {
      it(`answers a bad \`${what}\` with ${code}`, async () => {
        const before = site().log().length
        const { status } = await site().get(`/bad/${newId()}?what=${what}`)
        expect(status).toBe(cacheComponents ? 200 : 500)
        await site().logged(code, before)
      })
    }
  })
}
