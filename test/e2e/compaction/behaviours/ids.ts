import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { BrowserTest } from '../twins.ts'
import { back, change, click, fill, go, load, refresh } from '../visits.ts'

const fragments = ['upper survey["cached"]', 'lower survey["cached"]', 'question["cached"]']
/** Two for each of nine fields. */
const LABELS = 18

/** Tests the ids of server components: a click on a label focuses the element after the label. */
export function ids(test: BrowserTest, site: () => Site): void {
  test('labels of misses and hits point at their own inputs in a document', async ({ newVisitor }) => {
    await change(site(), 'question', 'first')
    const page = await newVisitor()
    await load(page, '/cached/labels')
    await page.getByText('question first').first().waitFor()
    const miss = await clickLabels(page)
    await fill(site(), '/cached/labels', ...fragments)
    await load(page, '/cached/labels')
    expect(await clickLabels(page)).toEqual(miss)
  })

  test('labels keep their inputs through refreshes, navigation and an expiry', async ({ newVisitor }) => {
    await change(site(), 'question', 'before')
    await fill(site(), '/cached/labels', ...fragments)
    const page = await newVisitor()
    await load(page, '/plain/home')
    await go(page, '/cached/labels')
    const first = await clickLabels(page)
    await refresh(page)
    expect(await clickLabels(page), 'refreshed').toEqual(first)
    await go(page, '/plain/home')
    await back(page, '/cached/labels')
    expect(await clickLabels(page), 'left and visited again').toEqual(first)
    await change(site(), 'question', 'after')
    await refresh(page)
    await page.getByText('question after').first().waitFor()
    expect(await clickLabels(page), 'expired').toEqual(first)
  })

  test('a further copy of a fragment finds its HTML when it is mounted again', async ({ newVisitor }) => {
    await change(site(), 'question', 'again')
    await fill(site(), '/cached/labels', ...fragments)
    const page = await newVisitor()
    await load(page, '/cached/labels')
    const first = await clickLabels(page)
    await click(page, 'remove')
    await expect.poll(() => page.locator('main:visible label').count()).toBe(LABELS - 2)
    await click(page, 'remove')
    await expect.poll(() => page.locator('main:visible label').count()).toBe(LABELS)
    expect(await clickLabels(page)).toEqual(first)
  })
}

/**
 * Clicks all labels, and checks the focus.
 *
 * @returns the ids to which the labels point
 */
async function clickLabels(page: Page): Promise<(string | null)[]> {
  const labels = await page.locator('main:visible label').all()
  expect(labels).toHaveLength(LABELS)
  const targets: (string | null)[] = []
  for (const label of labels) {
    await label.click()
    const text = await label.textContent()
    expect(
      await label.evaluate((element) => element.nextElementSibling === document.activeElement),
      `${text}`,
    ).toBe(true)
    targets.push(await label.getAttribute('for'))
  }
  expect(new Set(targets).size, 'unique ids').toBe(LABELS)
  return targets
}
