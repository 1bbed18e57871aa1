import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { Mode } from '../site/Fragment.tsx'
import type { BrowserTest } from '../twins.ts'
import { fill, load } from '../visits.ts'
import { readData } from './links.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }

/** An image of a fragment is HTML, and behaves as `next/image` does without the library. */
export function images(
  test: BrowserTest,
  site: () => Site,
  modes: readonly Mode[] = ['plain', 'cached', 'stored'],
): void {
  const loadFarImages = async (page: Page, mode: Mode) => {
    if (mode !== 'plain') await fill(site(), `/${mode}/farImages`, `farImages["${mode}"]`)
    await load(page, `/${mode}/farImages`)
  }

  test('an image of a fragment is HTML, with its preload', async () => {
    await fill(site(), '/cached/images', 'images["cached"]')
    const cached = await site().get('/cached/images')
    const plain = await site().get('/plain/images')
    const { html } = cached
    const data = readData(html)
    expect(html).toContain('id="quality"')
    expect(data).not.toContain('quality')
    expect(listPreloads(cached)).toEqual(listPreloads(plain))
    expect(listPreloads(cached).length).toBeGreaterThan(3)
  })

  for (const mode of modes) {
    test(`the placeholder of an image ends when the image is loaded: ${mode}`, async ({ newVisitor }) => {
      const page = await newVisitor({ tolerated: /missing\.png|404/ })
      await loadFarImages(page, mode)
      const background = () =>
        page.evaluate(() =>
          ['far', 'far-beside'].map((id) => document.getElementById(id)?.style.backgroundImage.slice(0, 4)),
        )
      expect(await background()).toEqual(['url(', 'url('])
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      await vi.waitFor(async () => expect(await background()).toEqual(['', '']), PATIENCE)
    })

    test(`the alternative text of an image that is missing becomes visible: ${mode}`, async ({
      newVisitor,
    }) => {
      const page = await newVisitor({ tolerated: /missing\.png|404/ })
      await loadFarImages(page, mode)
      const color = () => page.evaluate(() => document.getElementById('broken')?.style.color)
      expect(await color()).toBe('transparent')
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      await vi.waitFor(async () => expect(await color()).toBe(''), PATIENCE)
    })
  }
}

/** Returns the images that a response preloads, in its header or in its document. */
function listPreloads({ headers, html }: { headers: Headers; html: string }): string[] {
  const inHeader = [...(headers.get('link') ?? '').matchAll(/<([^>]*)>; rel=preload; as="image"/g)]
  const inDocument = [...html.matchAll(/<link rel="preload"[^>]*>/g)]
    .filter(([tag]) => tag.includes(' as="image"'))
    .map(([tag]) => tag.match(/ (?:href|imageSrcSet)="([^"]*)"/) ?? [])
  return [...inHeader, ...inDocument].map(([, url = '']) => url).sort()
}
