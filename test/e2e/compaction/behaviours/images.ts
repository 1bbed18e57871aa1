import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { NewVisitor } from '../../../support/browser.ts'
import type { Site } from '../../../support/nextSite.ts'
import { passIdleFrames } from '../prefetches.ts'
import type { Mode } from '../site/Fragment.tsx'
import type { BrowserTest } from '../twins.ts'
import { fill, load, waitUntilLive } from '../visits.ts'
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

  test('a prefetch of a page loads the images that it loads without the library', async ({ newVisitor }) => {
    await fill(site(), '/cached/images', 'images["cached"]')
    const expected = await recordImages(newVisitor, 'plain')
    expect(expected.prefetched).toEqual(['/dot.png?plain'])
    expect(expected.shown.length).toBeGreaterThan(5)
    await site().send({ expire: 'images' })
    for (const outcome of ['rendered again', 'from the cache']) {
      expect(await recordImages(newVisitor, 'cached'), outcome).toEqual(expected)
    }
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

/** Prefetches the page of images, and then follows the link to it. @returns the images that each loads */
async function recordImages(newVisitor: NewVisitor, mode: Mode) {
  const page = await newVisitor()
  const images = new Set<string>()
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (request.resourceType() === 'image') images.add(pathname + search)
  })
  await load(page, `/${mode}/imagesAhead`)
  // The data of a prefetch has this image as a hint.
  await vi.waitFor(() => expect([...images]).toContain('/dot.png?plain'), PATIENCE)
  await passIdleFrames(page)
  const prefetched = [...images].sort()
  await page.locator('#ahead').click()
  await page.waitForURL(`**/${mode}/images`)
  await waitUntilLive(page)
  await page.waitForFunction(() => [...document.images].every((image) => image.complete))
  return { prefetched, shown: [...images].sort() }
}
