import { beforeAll, describe, expect, it } from 'vitest'
import { newId, readableText, type Site } from '../../support/nextSite.ts'

/** The work of the server for a page of hits, counted and not timed. */
export function describeMarkup(site: () => Site) {
  describe('a page of hits', () => {
    const id = newId()
    let plain: Counts
    let hit: Counts
    let data: string

    beforeAll(async () => {
      plain = countParts((await site().get(`/markup/${id}?plain=1`)).html)
      await site().get(`/markup/${id}`)
      for (let section = 0; section < 20; section++) await site().stored(`markup["${id}",${section}]`)
      // The first hit decodes the fragments.
      await site().get(`/markup/${id}`)
      hit = countParts((await site().get(`/markup/${id}`)).html)
      data = (await site().get(`/markup/${id}`, { headers: { rsc: '1' }, redirect: 'follow' })).html
    })

    it('a commit reports its HTML, and the component that keeps a part from being HTML', async () => {
      const item = newId()
      await site().get(`/item/${item}`)
      await site().stored(`item["${item}/a"]`)
      expect(await site().count('made item HTML, 1 Counter.tsx#Counter')).toBeGreaterThan(0)
    })

    it('a page of hits shows the same text as without the cache', () => {
      expect(hit.text).toBe(plain.text)
    })

    it('a page of hits has the same preloads as without the cache', () => {
      const preload = /<link rel="preload" href="\/picture.png" as="image"\/>/
      expect(plain.html).toMatch(preload)
      expect(hit.html).toMatch(preload)
    })

    it('a page of hits encodes a hundredth of the elements', () => {
      // Two client components and the fragment itself for each of 20, and a few elements of Next's.
      expect(hit.elements).toBeLessThan(100)
      expect(plain.elements).toBeGreaterThan(1_800)
    })

    it('a page of hits waits for no decoded fragment', () => {
      // One fragment with a preload, and a few references of Next.
      expect(hit.awaited).toBeLessThan(10)
    })

    it('a page of hits sends a tenth of the data', () => {
      expect(hit.dataBytes).toBeLessThan(plain.dataBytes / 10)
    })

    it('a text is sent once in a document, and once in data for a navigation', () => {
      const occurrences = (text: string) => text.split(`/items/7/29`).length - 1
      expect(occurrences(plain.html)).toBe(2)
      expect(occurrences(hit.html)).toBe(1)
      expect(occurrences(data)).toBe(1)
    })
  })
}

interface Counts {
  readonly html: string
  readonly text: string
  readonly elements: number
  /** References to content that was not ready when they were sent. */
  readonly awaited: number
  readonly dataBytes: number
}

function countParts(html: string): Counts {
  const data = [...html.matchAll(/self\.__next_f\.push\((.*?)\)<\/script>/gs)]
    .map(([, pushed]) => pushed)
    .join('')
  return {
    html,
    text: readableText(html),
    elements: data.split('[\\"$\\",').length - 1,
    awaited: data.match(/(?<!\[\\"\$\\",)\\"\$L[0-9a-f]+\\"/g)?.length ?? 0,
    dataBytes: data.length,
  }
}
