import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { click, fill, go, load, refresh } from '../visits.ts'

/** A browser logs an error for everything that the policy blocks, and any logged error fails the test. */
export function policy(test: BrowserTest, site: () => Site): void {
  test('pages comply with a policy that allows no inline scripts', async ({ newVisitor }) => {
    await fill(site(), '/cached/late?strict', 'late["cached"]')
    await fill(site(), '/cached/story?strict', 'story["cached"]')
    await fill(site(), '/cached/tabs?strict', 'tab two["cached"]')
    const { headers } = await site().get('/cached/story?strict')
    expect(headers.get('content-security-policy')).toContain("'strict-dynamic'")
    const page = await newVisitor()
    await load(page, '/cached/story?strict')
    await page.locator('main button').first().click()
    await page.getByText('clicked 1 times').waitFor()
    await refresh(page)
    await go(page, '/cached/late?strict')
    await load(page, '/cached/late?strict')
    await load(page, '/cached/tabs?strict')
    await click(page, 'tab')
    await page.getByText('Once upon a tab two').waitFor()
  })
}
