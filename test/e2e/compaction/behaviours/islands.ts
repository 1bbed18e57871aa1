import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { change, fill, go, load, refresh } from '../visits.ts'

const fragment = 'story["cached"]'

const ways: Record<string, (page: Page) => Promise<void>> = {
  'a document': (page) => load(page, '/cached/story'),
  async 'a navigation'(page) {
    await load(page, '/plain/home')
    await go(page, '/cached/story')
  },
}

/** Client components in a fragment are mounted once, however the fragment arrives and arrives again. */
export function islands(test: BrowserTest, site: () => Site): void {
  for (const [way, visit] of Object.entries(ways)) {
    test(`islands of a hit keep their state when ${way} is refreshed`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await change(site(), 'story', 'one')
      await fill(site(), '/cached/story', fragment)
      await visit(page)
      await use(page)
      await refresh(page)
      expect(await seen(page)).toEqual([...used('one'), 'still the same'])
    })

    test(`islands of a miss keep their state when ${way} is refreshed to a hit`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await change(site(), 'story', 'two')
      const commits = await site().count(`commit ${fragment} committed`)
      await visit(page)
      await site().stored(fragment, commits + 1)
      await use(page)
      await refresh(page)
      expect(await seen(page)).toEqual([...used('two'), 'still the same'])
      expect(await site().count(`commit ${fragment} committed`), 'fills').toBe(commits + 1)
    })

    test(`islands keep their state and get new props when ${way} is refreshed after an expiry`, async ({
      newVisitor,
    }) => {
      const page = await newVisitor()
      await change(site(), 'story', 'three')
      await fill(site(), '/cached/story', fragment)
      await visit(page)
      await use(page)
      await change(site(), 'story', 'four')
      const commits = await site().count(`commit ${fragment} committed`)
      await refresh(page)
      expect(await seen(page), 'from a miss').toEqual([...used('four'), 'still the same'])
      await site().stored(fragment, commits + 1)
      await refresh(page)
      expect(await seen(page), 'from a hit').toEqual([...used('four'), 'still the same'])
      await change(site(), 'story', 'five')
      await fill(site(), '/cached/story', fragment)
      await refresh(page)
      expect(await seen(page), 'from a hit that another visitor made').toEqual([
        ...used('five'),
        'still the same',
      ])
    })
  }
}

/** Clicks, and leaves a sign on the element that another one would not have. */
async function use(page: Page): Promise<void> {
  const button = page.locator('main button').first()
  await button.click()
  await button.click()
  await button.evaluate((element) => element.setAttribute('data-sign', 'still the same'))
}

function used(version: string): string[] {
  return [
    `first version ${version} of story`,
    `first ${version} clicked 2 times`,
    version,
    `second version ${version} of story`,
    `second ${version} clicked 0 times`,
    version,
    `The end of version ${version}`,
  ]
}

function seen(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() => {
    const elements = document.querySelectorAll('main :is(p, button, i)')
    const sign = document.querySelector('main button')?.getAttribute('data-sign') ?? 'another element'
    return [...[...elements].map(({ textContent }) => textContent), sign]
  })
}
