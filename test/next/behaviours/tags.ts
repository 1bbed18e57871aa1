import { describe, expect, it } from 'vitest'
import { createRebuildSignature, REBUILD_HEADER } from '../../../lib/core/rebuildSignature.ts'
import { newId, REBUILD_SECRET, type Site } from '../../support/nextSite.ts'

/** Next's own caches inside fragments: their tags are dependencies like any other. */
export function describeTags(site: () => Site) {
  describe("Next's tags", () => {
    for (const by of ['fetch', 'unstable_cache']) {
      it(`a fragment is rendered again when a tag of ${by} inside is revalidated`, async () => {
        const id = newId()
        const path = `/tagged/${id}?by=${by}`
        expect((await site().get(path)).text).toContain(`${id}/a=1`)
        await site().send({ write: { [`${id}/a`]: '2' } })
        expect((await site().get(path)).text).toContain(`${id}/a=1`)
        expect(await site().count(`render tagged ${id}`)).toBe(1)

        await site().send({ revalidateTag: `tag ${id}` })
        // Next revalidates after it has answered.
        await site().send({})
        expect((await site().get(path)).text).toContain(`${id}/a=2`)
        expect((await site().get(path)).text).toContain(`${id}/a=2`)
        expect(await site().count(`render tagged ${id}`)).toBe(2)
      })
    }
  })
}

/** `'use cache'` and fragments, each inside the other. */
export function describeCacheDirective(site: () => Site) {
  describe("'use cache'", () => {
    it("a cacheTag inside 'use cache' is revalidated with the fragment around it", async () => {
      const id = newId()
      const path = `/cached/${id}?order=cache+in+fragment`
      expect((await site().get(path)).text).toContain(`${id}/a=1`)
      await site().get(path)
      expect(await site().count(`render tagged ${id}`)).toBe(1)

      await site().send({ write: { [`${id}/a`]: '2' }, revalidateTag: `tag ${id}` })
      expect((await site().get(path)).text).toContain(`${id}/a=2`)
      await site().get(path)
      expect(await site().count(`render tagged ${id}`)).toBe(2)
    })

    it('data of `use cache: private` stays with one visitor (rule 11)', async () => {
      const id = newId()
      for (const visitor of ['visitor-one', 'visitor-two']) {
        const { html } = await site().get(`/private/${id}`, { headers: { cookie: `visitor=${visitor}` } })
        expect(html).not.toContain('for the eyes of')
      }
      expect(await site().count(`commit private["${id}"] committed`)).toBe(0)
    })

    it("a fragment inside 'use cache' does not hide a worker's request from the page", async () => {
      const id = newId()
      const path = `/cached/${id}?order=fragment+in+cache,+then+fragment`
      await site().get(path)
      await site().stored(`beside["${id}"]`)
      // With its cache gone, that fragment is rendered first, and cannot read the header of the worker.
      await site().send({ write: { [`${id}/b`]: '2' }, expire: `${id}/a`, refresh: `${id}/b` })
      const headers = { [REBUILD_HEADER]: createRebuildSignature(REBUILD_SECRET, Date.now()) }
      expect((await site().get(path, { headers })).text).toContain(`${id}/b=2`)
      expect(await site().count(`render cached ${id}`)).toBe(2)
    })

    for (const mode of ['expire', 'refresh'] as const) {
      it(`a registration in 'use cache' reaches the outer fragments, on hits too: ${mode}`, async () => {
        const id = newId()
        const readText = async (place: string) =>
          (await site().get(`/cached/${id}?order=data+in+cache&place=${place}`)).text
        for (const place of ['one', 'two']) {
          expect(await readText(place)).toContain(`${id}/a=1`)
          await site().stored(`loaded["${id}","${place}"]`)
        }
        expect(await site().count(`read ${id}/a`)).toBe(1)

        const reply = await site().send({ write: { [`${id}/a`]: '2' }, [mode]: `${id}/a` })
        expect(reply.expired ?? reply.refreshed).toBe(2)
        for (const place of ['one', 'two']) {
          // A refreshed fragment is shown as it was while it is rendered again.
          expect(await readText(place)).toContain(mode === 'refresh' ? `${id}/a=1` : `${id}/a=2`)
          await site().stored(`loaded["${id}","${place}"]`, 2)
          expect(await readText(place)).toContain(`${id}/a=2`)
        }
      })
    }

    it("data of 'use cache' that no fragment shows follows expireObj", async () => {
      const id = newId()
      const path = `/cached/${id}?order=data+in+cache,+no+fragment`
      expect((await site().get(path)).text).toContain(`${id}/a=1`)
      await site().send({ write: { [`${id}/a`]: '2' }, expire: `${id}/a` })
      expect((await site().get(path)).text).toContain(`${id}/a=2`)
    })

    for (const order of ['fragment in cache', 'fragment in cache in fragment']) {
      it(`data of 'use cache' follows expireObj: ${order}`, async () => {
        const id = newId()
        const path = `/cached/${id}?order=${order.replaceAll(' ', '+')}`
        expect((await site().get(path)).text).toContain(`${id}/a=1`)
        await site().get(path)
        expect(await site().count(`render cached ${id}`)).toBe(1)

        await site().send({ write: { [`${id}/a`]: '2' }, expire: `${id}/a` })
        expect((await site().get(path)).text).toContain(`${id}/a=2`)
        await site().get(path)
        expect(await site().count(`render cached ${id}`)).toBe(2)
      })
    }
  })
}
