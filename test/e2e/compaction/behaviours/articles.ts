import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { fill, go, load } from '../visits.ts'

const count = (html: string, text: string) => html.split(text).length - 1

/** HTML of a CMS is part of the HTML of its fragment, and works as without the library. */
export function articles(test: BrowserTest, site: () => Site): void {
  const fillArticle = () => fill(site(), '/cached/article', 'article["cached"]')

  test('a document contains HTML of a CMS once, and not again as data', async () => {
    await fillArticle()
    const { html } = await site().get('/cached/article')
    expect(count(html, 'A plan for the harbour')).toBe(1)
    expect(count(html, 'beside an island')).toBe(1)
    expect(count(html, 'a bold text that nothing closes'), 'refused HTML').toBe(2)
    const { html: plain } = await site().get('/plain/article')
    expect(count(plain, 'A plan for the harbour'), 'without the library').toBe(2)
  })

  test('handlers and frames in HTML of a CMS work, also after a navigation', async ({ newVisitor }) => {
    await fillArticle()
    const page = await newVisitor()
    await load(page, '/cached/article')
    await expectWorks(page)
    await load(page, '/plain/home')
    await go(page, '/cached/article')
    await expectWorks(page)
  })
}

async function expectWorks(page: Page): Promise<void> {
  const vote = page.locator('#vote:visible')
  await vote.click()
  expect(await vote.getAttribute('data-votes')).toBe('1')
  await page.locator('iframe:visible').contentFrame().getByText('embedded').waitFor()
}
