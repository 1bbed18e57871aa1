import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { Mode } from '../site/Fragment.tsx'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { back, change, click, fill, forward, go, live, load } from '../visits.ts'

const options = { comparison: 'mounted', root: 'main' } as const

/** React says so when it gives up hydrating, and the server when it gives up rendering. */
const tolerated = /Hydration failed|hydrat|error #(418|419|423|425)|Only in the browser|digest/

/** Whatever React mounts of a document's fragments finds its HTML, wherever that has gone. */
export function remounts(test: BrowserTest, site: () => Site): void {
  test('a tab that no document showed', async ({ newVisitor }) => {
    await fill(site(), '/cached/tabs', 'tab one["cached"]', 'tab two["cached"]')
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      opening('tabs'),
      clicking('tab', 'Once upon a tab two'),
      clicking('tab', 'Once upon a tab one'),
      clicking('tab', 'Once upon a tab two'),
    )
  })

  test('two copies of a fragment, removed and shown again', async ({ newVisitor }) => {
    await fill(site(), '/cached/twice', 'twice["cached"]')
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      opening('twice'),
      (page) => click(page, 'upper'),
      (page) => click(page, 'lower'),
      clicking('upper', 'Once upon a twice'),
      clicking('lower', 'Once upon a twice'),
    )
  })

  test('a fragment in an Activity that was hidden', async ({ newVisitor }) => {
    await fill(site(), '/cached/activity', 'concealed["cached"]')
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      async (page, mode) => {
        await page.goto(`/${mode}/activity`)
        // React renders what is hidden when nothing else is to be done.
        await page.getByText('Once upon a concealed').waitFor({ state: 'attached' })
        await page.waitForFunction(() => window.router !== undefined)
      },
      clicking('reveal', 'Once upon a concealed'),
      (page) => click(page, 'reveal'),
      clicking('reveal', 'Once upon a concealed'),
    )
  })

  const fallbacks = {
    besideMismatch: 'beside["cached"]',
    inMismatchedBoundary: 'in boundary["cached"]',
    failedOnServer: 'failed["cached"]',
    bailedOut: 'bailed out["cached"]',
  }
  for (const [scene, fragment] of Object.entries(fallbacks)) {
    test(`React renders anew in the browser: ${scene}`, async ({ newVisitor }) => {
      await fill(site(), `/cached/${scene}`, fragment)
      await expectSameDom(newVisitor, 'cached', { ...options, tolerated }, async (page, mode) => {
        await load(page, `/${mode}/${scene}`)
        await page.locator('main h3').last().waitFor()
        await live(page)
      })
    })
  }

  test('a prerendered page that leaves a boundary to the browser', async ({ newVisitor }) => {
    await expectSameDom(newVisitor, 'cached', options, async (page, mode) => {
      await load(page, `/prerendered/${mode}?q=asked`)
      await page.getByText('query: asked').waitFor()
      await live(page)
    })
  })

  test('a page that was prefetched', async ({ newVisitor }) => {
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      async (page, mode) => {
        await load(page, '/plain/home')
        await page.evaluate((path) => window.router?.prefetch(path), `/prerendered/${mode}`)
      },
      (page, mode) => go(page, `/prerendered/${mode}`),
      (page) => back(page, '/plain/home'),
      (page, mode) => forward(page, `/prerendered/${mode}`),
    )
  })

  test('a fragment that changes while its document is left', async ({ newVisitor }) => {
    await change(site(), 'story', 'before')
    await fill(site(), '/cached/story', 'story["cached"]')
    const take = await expectSameDom(newVisitor, 'cached', options, (page, mode) =>
      load(page, `/${mode}/story`),
    )
    await change(site(), 'story', 'after')
    const elsewhere = await take((page, mode) => go(page, `/elsewhere/${mode}`))
    expect(elsewhere.join('\n')).toContain('version after of')
    await take((page, mode) => back(page, `/${mode}/story`))
    await take((page, mode) => forward(page, `/elsewhere/${mode}`))
    const second = await take((page, mode) => go(page, `/${mode}/story`))
    expect(second.join('\n')).toContain('version after of')
  })
}

function opening(scene: string) {
  return (page: Page, mode: Mode) => load(page, `/${mode}/${scene}`)
}

function clicking(button: string, text: string) {
  return async (page: Page) => {
    await click(page, button)
    await page.getByText(text).first().waitFor()
    await live(page)
  }
}
