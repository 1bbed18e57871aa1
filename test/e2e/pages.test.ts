import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { visit } from '../support/browser.ts'
import { barOf } from '../support/demoPanel.ts'
import { test } from '../support/demoTest.ts'
import {
  findBrokenWords,
  findInaccessibleParts,
  findOverflow,
  findSmallTargets,
  findUnreadableTexts,
} from '../support/pageChecks.ts'

/** A page of each kind. */
const PAGES = [
  '/',
  '/?decade=1990&chart=gross',
  '/genres',
  '/genres/musical',
  '/decades',
  '/directors',
  '/directors/tim-burton',
  '/films/the-wizard-of-oz',
  '/films/the-wizard-of-oz/edit',
  '/films/new',
  '/search',
  '/search?q=dark',
  '/watchlist',
  '/no-such-page',
]

// Every error that the browser or the server logs fails a test with a `newVisitor`.
describe('the pages of the demo', () => {
  for (const path of PAGES) {
    test(`${path} is accessible, in both colour schemes and on a phone`, async ({ newVisitor }) => {
      const page = await newVisitor({ colorScheme: 'dark' })
      expect(await visit(page, path)).toBe(path === '/no-such-page' ? 404 : 200)
      expect(await page.title()).toMatch(/The Film Desk$/)
      if ((await barOf(page).count()) > 0) await barOf(page).click()
      const dark = await readBackground(page)
      expect.soft(await findUnreadableTexts(page), 'in the dark').toEqual([])
      await page.emulateMedia({ colorScheme: 'light' })
      expect.soft(await readBackground(page)).not.toBe(dark)
      expect.soft(await findUnreadableTexts(page), 'by day').toEqual([])
      expect.soft(await findInaccessibleParts(page), 'for a screen reader').toEqual([])

      await page.setViewportSize({ width: 375, height: 800 })
      expect.soft(await findOverflow(page), 'on a phone').toEqual([])
      expect.soft(await findBrokenWords(page), 'on a phone').toEqual([])
      expect.soft(await findSmallTargets(page), 'for a finger').toEqual([])
      if ((await barOf(page).count()) > 0) await barOf(page).click()
      expect.soft(await findOverflow(page), 'on a phone, the panel closed').toEqual([])
    })
  }
})

const readBackground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor)

test('a keyboard user sees the focused element, and can skip to the content', async ({ newVisitor }) => {
  const page = await newVisitor({ prefetch: false })
  const isInMain = () => page.evaluate(() => document.activeElement?.closest('main') !== null)
  await visit(page, '/genres/western')
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true)
  expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0)

  for (let stop = 0; stop < 20; stop++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement ?? document.body
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      const { width, height } = element.getBoundingClientRect()
      return {
        html: element.outerHTML.slice(0, 100),
        isOutlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
        isThere: element !== document.body && width > 0 && height > 0,
      }
    })
    expect(focused).toMatchObject({ isOutlined: true, isThere: true })
  }
  expect(await isInMain()).toBe(true)

  await visit(page, '/genres/musical')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await isInMain()).toBe(true)
})
