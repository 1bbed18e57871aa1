import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Site } from '../../../support/nextSite.ts'
import type { Mode } from '../site/Fragment.tsx'
import { type BrowserTest, expectSameDom } from '../twins.ts'
import { back, change, click, fill, forward, go, load, waitUntilLive } from '../visits.ts'

const options = { comparison: 'mounted', root: 'main' } as const

/** React finds the HTML of every fragment that it mounts after the document was loaded. */
export function remounts(test: BrowserTest, site: () => Site): void {
  test('a fragment in a tab that no document showed is mounted with its HTML', async ({ newVisitor }) => {
    await fill(site(), '/cached/tabs', 'tab one["cached"]', 'tab two["cached"]')
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      createOpenStep('tabs'),
      createClickStep('tab', 'Once upon a tab two'),
      createClickStep('tab', 'Once upon a tab one'),
      createClickStep('tab', 'Once upon a tab two'),
    )
  })

  test('two copies of a fragment are removed and mounted again with their HTML', async ({ newVisitor }) => {
    await fill(site(), '/cached/twice', 'twice["cached"]')
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      createOpenStep('twice'),
      (page) => click(page, 'upper'),
      (page) => click(page, 'lower'),
      createClickStep('upper', 'Once upon a twice'),
      createClickStep('lower', 'Once upon a twice'),
    )
  })

  test('a fragment in a hidden Activity is mounted with its HTML', async ({ newVisitor }) => {
    await fill(site(), '/cached/activity', 'concealed["cached"]')
    await expectSameDom(
      newVisitor,
      'cached',
      options,
      async (page, mode) => {
        await page.goto(`/${mode}/activity`)
        // React renders hidden content when it is idle.
        await page.getByText('Once upon a concealed').waitFor({ state: 'attached' })
        await page.waitForFunction(() => window.router !== undefined)
      },
      createClickStep('reveal', 'Once upon a concealed'),
      (page) => click(page, 'reveal'),
      createClickStep('reveal', 'Once upon a concealed'),
    )
  })

  test('a prefetched page shows its fragments with their HTML', async ({ newVisitor }) => {
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

  test('a fragment that changes after its document was left shows the new HTML', async ({ newVisitor }) => {
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

function createOpenStep(scene: string) {
  return (page: Page, mode: Mode) => load(page, `/${mode}/${scene}`)
}

function createClickStep(button: string, text: string) {
  return async (page: Page) => {
    await click(page, button)
    await page.getByText(text).first().waitFor()
    await waitUntilLive(page)
  }
}
