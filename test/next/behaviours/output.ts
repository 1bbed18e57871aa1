import { describe, expect, it } from 'vitest'
import { assembleDocument } from '../../support/assembleDocument.ts'
import { newId, type Page, type Site } from '../../support/nextSite.ts'

/** The HTML and the headers of pages: a fragment changes nothing in them. */
export function describeOutput(site: () => Site) {
  const visit = (show: string, id: string, query = '') => site().get(`/output/${id}?show=${show}${query}`)
  /** The same page without the cache, at a miss, and at a hit. */
  const visits = async (show: string, stored: string) => {
    const id = newId()
    const plain = await visit(show, id, '&plain=1')
    const miss = await visit(show, id)
    await site().stored(`${stored}["${id}"]`)
    return { id, plain, miss, hit: await visit(show, id) }
  }

  describe('a fragment with preloads', () => {
    it.each([
      ['a fragment', 'ahead'],
      ['a fragment that stays elements', 'ahead-elements'],
      ['a fragment in a fragment', 'ahead-nested'],
    ])('a preload is in the page of a miss and of each hit: %s', async (_, show) => {
      const { id, plain, miss, hit } = await visits(show, 'ahead')
      expect(readPreloads(plain)).toHaveLength(9)
      expect(readPreloads(miss)).toEqual(readPreloads(plain))
      expect(readPreloads(hit)).toEqual(readPreloads(plain))
      // The second hit shows the tree that the first has decoded.
      for (let times = 0; times < 2; times++)
        expect(readPreloads(await visit(show, id))).toEqual(readPreloads(plain))
    })

    it('a preload of a fragment that was joined before is in each hit around it', async () => {
      const id = newId()
      await site().send({ hold: `${id}/later` })
      const first = visit('ahead-later', id, '&around=first')
      await site().send({ noted: `wait ${id}/later` })
      const second = visit('ahead-later', id, '&around=second')
      await site().send({ noted: `join ahead["${id}"]` })
      await site().send({ release: `${id}/later` })
      await Promise.all([first, second])
      for (const around of ['first', 'second']) {
        await site().stored(`${around}["${id}"]`)
        expect(readPreloads(await visit('ahead-later', id, `&around=${around}`))).toHaveLength(9)
      }
    })

    it('a preload is in the data of a navigation', async () => {
      const id = newId()
      await visit('ahead', id)
      await site().stored(`ahead["${id}"]`)
      const page = await site().get(`/output/${id}?show=ahead`, { headers: { rsc: '1' }, redirect: 'follow' })
      expect(page.html).toContain(`/${id}-now.mjs`)
    })
  })

  describe('a component of prerenderComponent', () => {
    it('a component that hydrates has the HTML of its fill in each document', async () => {
      const { id, plain, hit } = await visits('declared', 'declared')
      const readTime = ({ html }: Page) =>
        new RegExp(`clock-${id}<!-- --> <!-- -->([\\d.]+)</i>`).exec(html)?.[1]
      expect(readTime(plain)).toBeDefined()
      expect(readTime(hit)).toBeDefined()
      expect(readTime(await visit('declared', id))).toBe(readTime(hit))
      expect(readTime(await visit('declared', id, '&plain=1'))).not.toBe(readTime(plain))
    })

    it('a component without behaviour is in no data', async () => {
      const { id, plain, hit } = await visits('declared', 'declared')
      const occurrences = ({ html }: Page) => html.split(`badge-${id} with a text`).length - 1
      expect(occurrences(plain)).toBe(2)
      expect(occurrences(hit)).toBe(1)
    })
  })

  it('a hit has the props of the fill, although the site has changed the object since', async () => {
    const id = newId()
    const visitChanged = async () => (await site().get(`/changed/${id}`)).text
    expect(await visitChanged()).toContain('1 views')
    await site().stored(`changed["${id}"]`)
    for (let times = 0; times < 2; times++) expect(await visitChanged()).toContain('1 views')
  })

  describe('a fragment directly in an element that its content depends on', () => {
    it('an image in a picture is not preloaded', async () => {
      const { plain, miss, hit } = await visits('picture', 'picture')
      for (const page of [plain, miss, hit]) {
        expect(readPreloads(page)).toEqual([])
        expect(page.html).toContain('<picture><img')
      }
    })

    it('a newline at the start of preformatted text is kept', async () => {
      const { plain, miss, hit } = await visits('pre', 'pre')
      for (const { html } of [plain, miss, hit]) {
        const [, text = ''] = /<pre>\n?(.*?)<\/pre>/s.exec(assembleDocument(html)) ?? []
        expect(text.replace(/<!--.*?-->/g, '')).toBe('\n\ntext')
      }
    })
  })

  describe('an element for which React has special rules', () => {
    it.each(['drawing', 'script'])('an element with special rules is the same in a hit: %s', async (show) => {
      const { plain, miss, hit } = await visits(show, show)
      for (const page of [plain, miss, hit]) expect(page.status).toBe(200)
      expect(readContent(plain)).not.toBe('')
      expect(readContent(miss)).toBe(readContent(plain))
      expect(readContent(hit)).toBe(readContent(plain))
    })
  })

  describe('a fragment that React cannot render', () => {
    it.each(['broken', 'broken-elements'])(
      'a fragment that React cannot render is not stored: %s',
      async (show) => {
        const id = newId()
        for (const times of [1, 2]) {
          await visit(show, id)
          await site().send({ noted: `uncacheable broken["${id}"] unrenderable`, times })
        }
        expect(await site().count(`commit broken["${id}"] committed`)).toBe(0)
      },
    )
  })
}

/**
 * The URLs that the page tells a browser to load ahead, in its HTML or its headers. Those of Next itself are left out.
 */
function readPreloads({ html, headers }: Page): string[] {
  const tags = [...html.matchAll(/<(?:link|script)\b[^>]*? (?:href|src)="([^"]*)"[^>]*>/g)]
  const inHeader = [...(headers.get('link') ?? '').matchAll(/<([^>]*)>/g)]
  const urls = [...tags, ...inHeader].map(([, url = '']) => url)
  return [...new Set(urls)].filter((url) => /^\/n\d|^https:/.test(url)).sort()
}

function readContent({ html }: Page): string {
  return /<main\b.*?<\/main>/s.exec(assembleDocument(html))?.[0] ?? ''
}
