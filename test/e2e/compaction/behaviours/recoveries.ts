import type { Site } from '../../../support/nextSite.ts'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { fill, load, waitUntilLive } from '../visits.ts'

const options = { comparison: 'mounted', root: 'main' } as const

/** The errors that React logs when it stops hydrating, and the server when it stops rendering. */
const tolerated = /Hydration failed|hydrat|error #(418|419|423|425)|Only in the browser|digest/

/** React finds the HTML of every fragment that the document lacks, or that it cannot hydrate. */
export function recoveries(test: BrowserTest, site: () => Site): void {
  const fallbacks = {
    besideMismatch: 'beside["cached"]',
    inMismatchedBoundary: 'in boundary["cached"]',
    failedOnServer: 'failed["cached"]',
    bailedOut: 'bailed out["cached"]',
  }
  for (const [scene, fragment] of Object.entries(fallbacks)) {
    test(`a fragment that React renders again in the browser has its HTML: ${scene}`, async ({
      newVisitor,
    }) => {
      await fill(site(), `/cached/${scene}`, fragment)
      await expectSameDom(newVisitor, 'cached', { ...options, tolerated }, async (page, mode) => {
        await load(page, `/${mode}/${scene}`)
        await page.locator('main h3').last().waitFor()
        await waitUntilLive(page)
      })
    })
  }

  test('a boundary that a prerendered page leaves to the browser has its HTML', async ({ newVisitor }) => {
    await expectSameDom(newVisitor, 'cached', options, async (page, mode) => {
      await load(page, `/prerendered/${mode}?q=asked`)
      await page.getByText('query: asked').waitFor()
      await waitUntilLive(page)
    })
  })
}
