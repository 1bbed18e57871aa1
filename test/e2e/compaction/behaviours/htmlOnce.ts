import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { change, fill, go, load } from '../visits.ts'

const text = 'Once upon a <em>story</em>'
const countStories = (html: string) => html.split('Once upon a').length - 1

/** The markup of a hit is sent only once, in a document and in the response to a navigation. */
export function htmlOnce(test: BrowserTest, site: () => Site): void {
  test('a document contains the HTML of a hit once, and not again as data', async () => {
    await change(site(), 'story', 'once')
    await fill(site(), '/cached/story', 'story["cached"]')
    const { html } = await site().get('/cached/story')
    expect(countStories(html)).toBe(1)
    expect(html).toContain(text)
    expect(countStories((await site().get('/plain/story')).html), 'without the library').toBe(2)
  })

  test('a document with two copies of a fragment contains their HTML twice', async () => {
    await fill(site(), '/cached/twice', 'twice["cached"]')
    const { html } = await site().get('/cached/twice')
    expect(countStories(html)).toBe(2)
  })

  test('the response to a navigation contains the HTML of a hit', async ({ newVisitor }) => {
    await fill(site(), '/cached/story', 'story["cached"]')
    const page = await newVisitor({ prefetch: false })
    const responses: string[] = []
    await page.route(/\/cached\/story\?_rsc=/, async (route) => {
      if (route.request().headers()['next-router-prefetch']) return route.fallback()
      const response = await route.fetch()
      responses.push(await response.text())
      return route.fulfill({ response })
    })
    await load(page, '/plain/home')
    await go(page, '/cached/story')
    expect(responses.map(countStories)).toEqual([1])
    expect(responses[0]).toContain(text)
  })
}
