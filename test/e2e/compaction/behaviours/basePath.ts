import { expect, vi } from 'vitest'
import type { NewVisitor } from '../../../support/browser.ts'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { fill, load } from '../visits.ts'
import { recordPrefetches } from './links.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }

const LINKS = ['soft', 'object', 'replace', 'hash', 'keep-scroll', 'styled', 'nested', 'far', 'plain-anchor']

/** Links and images of a site with a base path and trailing slashes have the addresses that they have without the library. */
export function basePath(test: BrowserTest, site: () => Site, base: string): void {
  const fillScene = (scene: string) => fill(site(), `${base}/cached/${scene}/`, `${scene}["cached"]`)

  test('links and images have the addresses that they have without the library', async () => {
    for (const [scene, tag] of [
      ['links', 'a'],
      ['images', 'img'],
    ] as const) {
      await fillScene(scene)
      const [plain, cached] = await Promise.all(
        ['plain', 'cached'].map(async (mode) => {
          const { html } = await site().get(`${base}/${mode}/${scene}/`)
          return html.match(new RegExp(`<${tag} [^>]*>`, 'g')) ?? []
        }),
      )
      expect(plain?.length).toBeGreaterThan(8)
      expect(cached).toEqual(plain)
    }
  })

  for (const id of LINKS) {
    test(`a click on a link leads to the same address as without the library: ${id}`, async ({
      newVisitor,
    }) => {
      await fillScene('links')
      const expected = await follow(newVisitor, `${base}/plain/links/`, id)
      const { address, ...others } = await follow(newVisitor, `${base}/cached/links/`, id)
      expect({ address: address.replace('/cached/', '/plain/'), ...others }).toEqual(expected)
    })
  }

  test('links are prefetched like those of the page without the library', async ({ newVisitor }) => {
    await fillScene('links')
    const expected = await recordPrefetches(newVisitor, `${base}/plain/links/`)
    expect(expected.flat().length).toBeGreaterThan(0)
    expect(await recordPrefetches(newVisitor, `${base}/cached/links/`)).toEqual(expected)
  })
}

/** Clicks on a link. @returns the new address, and whether the page was left without loading a document */
async function follow(newVisitor: NewVisitor, path: string, id: string) {
  const page = await newVisitor()
  await load(page, path)
  await page.evaluate(() => Object.assign(window, { isFirstDocument: true }))
  const before = page.url()
  await page.locator(`#${id}`).click()
  await vi.waitFor(() => expect(page.url()).not.toBe(before), PATIENCE)
  await page.waitForLoadState()
  return page.evaluate(() => ({
    address: location.pathname + location.search + location.hash,
    isSameDocument: 'isFirstDocument' in window,
    entries: history.length,
  }))
}
