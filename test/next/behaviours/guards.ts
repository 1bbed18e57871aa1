import { describe, expect, it } from 'vitest'
import { newId, type Site, type SiteOptions } from '../../support/nextSite.ts'

/** Content that must never be stored, and errors that reach Next as they would without the cache. */
export function describeGuards(site: () => Site, { cacheComponents, development }: SiteOptions) {
  /** The status of a page that fails. With cacheComponents it is sent before the failure is known. */
  const failure = cacheComponents ? 200 : 500

  describe('content that is not stored', () => {
    it('two visitors with a different `vary` never share a fragment', async () => {
      const id = newId()
      const visit = (visitor: string) =>
        site().get(`/visitor/${id}`, { headers: { cookie: `visitor=${visitor}` } })
      await site().send({ hold: `${id}/a` })
      const both = [visit('visitor-one'), visit('visitor-two')]
      await site().send({ noted: `wait ${id}/a`, times: 2 })
      await site().send({ release: `${id}/a` })
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

    it('cookies() read by React.cache outside stay out of a fragment (rule 11)', async () => {
      const id = newId()
      const { text } = await site().get(`/guard/${id}?api=memoised&caught=1`)
      expect(text).toContain('caught CC_REQUEST_DATA')
    })

    it('a value that a server stores around Next stays out of a fragment', async () => {
      const path = `/guard/${newId()}?api=outer`
      const { text } = await site().get(path, { headers: { 'x-visitor': 'ann' } })
      expect(text).toContain('visitor ann')
      expect(text).toContain('read nothing from outside')
    })

    for (const api of ['cookies', 'headers', 'connection']) {
      it(`a fragment that calls ${api}() is refused with an error that names both (rule 11)`, async () => {
        const id = newId()
        const before = site().log().length
        for (const _ of ['first visit', 'second visit']) {
          const { status, text } = await site().get(`/guard/${id}?api=${api}`)
          expect(status).toBe(failure)
          // Development data also has the source of the component.
          expect(text).not.toContain('read it')
        }
        await site().logged('CC_REQUEST_DATA', before)
        expect(site().log().slice(before)).toContain(`Fragment "guard" read \`${api}()\``)
        expect(await site().count(`render guard ${id}`)).toBe(2)
      })

      it(`a fragment that caught the error of ${api}() is not stored (rule 11)`, async () => {
        const id = newId()
        for (const _ of ['first visit', 'second visit']) {
          const { status, text } = await site().get(`/guard/${id}?api=${api}&caught=1`)
          expect(status).toBe(200)
          expect(text).toContain('caught CC_REQUEST_DATA')
        }
        expect(await site().count(`render guard ${id}`)).toBe(2)
      })
    }

    for (const use of [
      'awaited cookies',
      'then of cookies',
      'cookies.get',
      'cookies.getAll',
      'cookies.has',
      'cookies.size',
      'cookies.toString',
      'cookies iterated',
      'cookies in JSON',
      'cookies in requestMemo',
      'awaited headers',
      'headers.get',
      'headers.has',
      'headers.entries',
      'headers.keys',
      'headers.values',
      'headers.forEach',
      'headers iterated',
      'headers copied',
      'headers in JSON',
      // In development React's tools read the iterators among props before the fragment does.
      ...(development ? [] : ['cookies by an iterator', 'headers by an iterator']),
    ]) {
      it(`${use} from outside is refused in a fragment, also when caught (rule 34)`, async () => {
        const id = newId()
        for (const visitor of ['visitor-one', 'visitor-two']) {
          const path = `/given/${id}?caught=1&use=${encodeURIComponent(use)}`
          const { status, text } = await site().get(path, { headers: { cookie: `visitor=${visitor}` } })
          expect(status).toBe(200)
          expect(text).toContain(`outside ${visitor}`)
          expect(text).toContain('caught CC_REQUEST_DATA')
        }
        expect(await site().count(`render given ${id}`)).toBe(2)
        // The loader is refused, and so is the fragment that uses its result.
        const reason = use === 'cookies in requestMemo' ? 'nested' : 'request-data'
        expect(await site().count(`uncacheable given["${id}"] ${reason}`)).toBe(2)
      })
    }

    for (const api of ['cookies', 'headers']) {
      it(`an error names the fragment that reads data of ${api}() from outside (rule 34)`, async () => {
        const id = newId()
        const before = site().log().length
        const { status, text } = await site().get(`/given/${id}?use=awaited+${api}`)
        expect(status).toBe(failure)
        expect(text).not.toContain('used ')
        await site().logged(`Fragment "given" read \`${api}()\``, before)
      })

      it(`a promise of ${api}() is refused in a client component's props (rule 34)`, async () => {
        const id = newId()
        for (const visitor of ['visitor-one', 'visitor-two']) {
          const path = `/given/${id}?use=${api}+to+a+client+component`
          const { text } = await site().get(path, { headers: { cookie: `visitor=${visitor}` } })
          expect(text).not.toContain('given [')
        }
        expect(await site().count(`commit given["${id}"] committed`)).toBe(0)
      })
    }

    for (const use of ['nothing', 'draft mode']) {
      it(`a fragment that reads ${use} of its request objects is stored (rule 34)`, async () => {
        const id = newId()
        for (const visitor of ['visitor-one', 'visitor-two']) {
          const path = `/given/${id}?use=${encodeURIComponent(use)}`
          const { status, text } = await site().get(path, { headers: { cookie: `visitor=${visitor}` } })
          expect(status).toBe(200)
          expect(text).toContain(use === 'nothing' ? 'used nothing' : 'draft is false')
          await site().stored(`given["${id}"]`)
        }
        expect(await site().count(`render given ${id}`)).toBe(1)
      })
    }

    for (const what of ['noStore', 'noStoreInCache', 'after']) {
      const isStored = what !== 'noStore'
      it(`a fragment that calls ${what}() is ${isStored ? 'stored' : 'not stored'}`, async () => {
        const id = newId()
        const before = site().log().length
        for (const _ of ['first visit', 'second visit']) {
          expect((await site().get(`/once/${id}?what=${what}`)).text).toContain(`asked for ${what}`)
          if (isStored) await site().stored(`around once["${id}"]`)
        }
        expect(await site().count(`render once ${id}`)).toBe(isStored ? 1 : 2)
        expect(await site().count(`uncacheable once["${id}"] dynamic`)).toBe(isStored ? 0 : 2)
        expect(await site().count(`uncacheable around once["${id}"] nested`)).toBe(isStored ? 0 : 2)
        if (what !== 'after') return
        await site().send({ noted: `after ${id}` })
        expect(await site().count(`after ${id}`)).toBe(1)
        const isWarned = site().log().slice(before).includes('`after()` was called in fragment "once"')
        expect(isWarned).toBe(development === true)
      })
    }

    for (const way of ['script', 'style', 'html']) {
      it(`a fragment with the nonce of a response is not stored: ${way}`, async () => {
        const id = newId()
        for (const nonce of ['Zmlyc3Qgbm9uY2U=', 'c2Vjb25kIG5vbmNl']) {
          const path = `/nonce/${id}?way=${way}&nested=1`
          const { html } = await site().get(path, { headers: withNonce(nonce) })
          expect(
            html.match(/(?:Zmlyc3Qgbm9uY2U=|c2Vjb25kIG5vbmNl)/g)?.every((nonces) => nonces === nonce),
          ).toBe(true)
        }
        expect(await site().count(`uncacheable nonce["${id}"] dynamic`)).toBe(2)
        expect(await site().count(`uncacheable around nonce["${id}"] dynamic`)).toBe(2)
      })
    }

    it('a fragment that joins one with the nonce of another response is not stored', async () => {
      const id = newId()
      await site().send({ hold: `${id}/nonce` })
      const headers = withNonce('Zmlyc3Qgbm9uY2U=')
      const first = site().get(`/nonce/${id}?way=style&nested=1`, { headers })
      await site().send({ noted: `wait ${id}/nonce` })
      const second = site().get(`/nonce/${id}?way=style&nested=2`, { headers: withNonce('c2Vjb25kIG5vbmNl') })
      await site().send({ noted: `join nonce["${id}"]` })
      await site().send({ release: `${id}/nonce` })
      await Promise.all([first, second])
      expect(await site().count(`uncacheable nonce["${id}"] dynamic`)).toBe(1)
      expect(await site().count(`uncacheable around nonce["${id}"] dynamic`)).toBe(1)
      expect(await site().count(`uncacheable other nonce["${id}"] dynamic`)).toBe(1)
    })

    it('a fragment with next/script is stored, and each response has its own nonce', async () => {
      const id = newId()
      for (const nonce of ['Zmlyc3Qgbm9uY2U=', 'c2Vjb25kIG5vbmNl']) {
        const { html } = await site().get(`/nonce/${id}?way=none`, { headers: withNonce(nonce) })
        expect(html).toContain(`nonce="${nonce}"`)
        await site().stored(`nonce["${id}"]`)
      }
      expect(await site().count(`render nonce ${id}`)).toBe(1)
    })

    it('notFound() passes through, and is not stored (rule 11)', async () => {
      const id = newId()
      await site().send({ write: { [`${id}/a`]: null } })
      for (const _ of ['first visit', 'second visit']) {
        const { status, html } = await site().get(`/turn/${id}`)
        expect(html).toContain('nothing of that name')
        expect(status).toBe(cacheComponents ? 200 : 404)
      }
      await site().send({ write: { [`${id}/a`]: '2' } })
      const { status, text } = await site().get(`/turn/${id}`)
      expect(status).toBe(200)
      expect(text).toContain(`${id}/a=2`)
    })

    it('redirect() passes through, and is not stored (rule 11)', async () => {
      const id = newId()
      await site().send({ write: { [`${id}/a`]: 'moved' } })
      for (const _ of ['first visit', 'second visit']) {
        const { status, headers, html } = await site().get(`/turn/${id}`)
        if (cacheComponents) expect(html).toContain(`url=/item/${id}`)
        else expect([status, headers.get('location')]).toEqual([307, `/item/${id}`])
      }
      await site().send({ write: { [`${id}/a`]: '2' } })
      expect((await site().get(`/turn/${id}`)).text).toContain(`${id}/a=2`)
    })

    it('an error passes through, is logged, and is not stored (rule 11)', async () => {
      const id = newId()
      await site().send({ write: { [`${id}/a`]: 'broken' } })
      for (const visit of [1, 2]) {
        const { status, html } = await site().get(`/turn/${id}`)
        expect(status).toBe(failure)
        if (!development) expect(html).not.toContain(`The press of ${id}`)
        expect(await site().count(`uncacheable turn["${id}"] error`)).toBe(visit)
      }
      await site().logged(`The press of ${id} is broken`)
      await site().send({ write: { [`${id}/a`]: '2' } })
      const { status, text } = await site().get(`/turn/${id}`)
      expect(status).toBe(200)
      expect(text).toContain(`${id}/a=2`)
    })

    it('a page in draft mode neither reads nor writes fragments (rule 11)', async () => {
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
      await site().send({ write: { [`${id}/a`]: 'draft' } })
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
      it(`a page with an invalid \`${what}\` fails with ${code}`, async () => {
        const before = site().log().length
        const { status } = await site().get(`/bad/${newId()}?what=${what}`)
        expect(status).toBe(failure)
        await site().logged(code, before)
      })
    }
  })
}

/** The headers from the site's proxy: the policy for Next, and the nonce for the page. */
function withNonce(nonce: string): Record<string, string> {
  return { 'content-security-policy': `script-src 'nonce-${nonce}'`, 'x-nonce': nonce }
}
