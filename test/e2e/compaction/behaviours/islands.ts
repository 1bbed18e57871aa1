import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { change, fill, go, load, refresh } from '../visits.ts'

const fragment = 'story["cached"]'

const ways: Record<string, (page: Page) => Promise<void>> = {
  'a loaded page': (page) => load(page, '/cached/story'),
  async 'a navigated page'(page) {
    await load(page, '/plain/home')
    await go(page, '/cached/story')
  },
}

/** Client components in a fragment keep their state each time the fragment arrives again. */
export function islands(test: BrowserTest, site: () => Site): void {
  for (const [way, visit] of Object.entries(ways)) {
    test(`islands of a hit keep their state when ${way} is refreshed`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await change(site(), 'story', 'one')
      await fill(site(), '/cached/story', fragment)
      await visit(page)
      await clickAndMark(page)
      await refresh(page)
      expect(await readContent(page)).toEqual([...listExpected('one'), 'still the same'])
    })

    test(`islands of a miss keep their state when ${way} is refreshed to a hit`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await change(site(), 'story', 'two')
      const commits = await site().count(`commit ${fragment} committed`)
      await visit(page)
      await site().stored(fragment, commits + 1)
      await clickAndMark(page)
      await refresh(page)
      expect(await readContent(page)).toEqual([...listExpected('two'), 'still the same'])
      expect(await site().count(`commit ${fragment} committed`), 'fills').toBe(commits + 1)
    })

    test(`islands keep state and get new props when ${way} is refreshed after an expiry`, async ({
      newVisitor,
    }) => {
      const page = await newVisitor()
      await change(site(), 'story', 'three')
      await fill(site(), '/cached/story', fragment)
      await visit(page)
      await clickAndMark(page)
      await change(site(), 'story', 'four')
      const commits = await site().count(`commit ${fragment} committed`)
      await refresh(page)
      expect(await readContent(page), 'from a miss').toEqual([...listExpected('four'), 'still the same'])
      await site().stored(fragment, commits + 1)
      await refresh(page)
      expect(await readContent(page), 'from a hit').toEqual([...listExpected('four'), 'still the same'])
      await change(site(), 'story', 'five')
      await fill(site(), '/cached/story', fragment)
      await refresh(page)
      expect(await readContent(page), 'from a hit that another visitor has filled').toEqual([
        ...listExpected('five'),
        'still the same',
      ])
    })
  }
}

/** Clicks an island, and marks its element, so that a replacement of the element would be noticed. */
async function clickAndMark(page: Page): Promise<void> {
  const button = page.locator('main button').first()
  await button.click()
  await button.click()
  await button.evaluate((element) => element.setAttribute('data-sign', 'still the same'))
}

function listExpected(version: string): string[] {
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

function readContent(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() => {
    const elements = document.querySelectorAll('main :is(p, button, i)')
    const sign = document.querySelector('main button')?.getAttribute('data-sign') ?? 'another element'
    return [...[...elements].map(({ textContent }) => textContent), sign]
  })
}
