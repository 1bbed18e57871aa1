import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { change, fill, go, load } from '../visits.ts'

const text = 'Once upon a <em>story</em>'
const times = (html: string) => html.split('Once upon a').length - 1

/** The markup of a hit travels once, however it travels. */
export function htmlOnce(test: BrowserTest, site: () => Site): void {
  test('a document holds its HTML where it is shown, and not once more as data', async () => {
    await change(site(), 'story', 'once')
    await fill(site(), '/cached/story', 'story["cached"]')
    const { html } = await site().get('/cached/story')
    expect(times(html)).toBe(1)
    expect(html).toContain(text)
    expect(times((await site().get('/plain/story')).html), 'without the library').toBe(2)
  })

  test('two copies of a fragment travel twice, where they are shown', async () => {
    await fill(site(), '/cached/twice', 'twice["cached"]')
    const { html } = await site().get('/cached/twice')
    expect(times(html)).toBe(2)
  })

  test('a navigation brings the HTML along', async ({ newVisitor }) => {
    await fill(site(), '/cached/story', 'story["cached"]')
    const page = await newVisitor({ prefetch: false })
    const answers: string[] = []
    await page.route(/\/cached\/story\?_rsc=/, async (route) => {
      if (route.request().headers()['next-router-prefetch']) return route.fallback()
      const response = await route.fetch()
      answers.push(await response.text())
      return route.fulfill({ response })
    })
    await load(page, '/plain/home')
    await go(page, '/cached/story')
    expect(answers.map(times)).toEqual([1])
    expect(answers[0]).toContain(text)
  })
}
