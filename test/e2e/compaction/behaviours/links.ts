import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { NewVisitor } from '../../../support/browser.ts'
import type { Site } from '../../../support/nextSite.ts'
import { watchPrefetches } from '../prefetches.ts'
import type { Mode } from '../site/Fragment.tsx'
import type { BrowserTest } from '../twins.ts'
import { back, fill, load, refresh } from '../visits.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }

interface Outcome {
  readonly path: string
  /** Whether the page was left without loading a document. */
  readonly isSameDocument: boolean
  /** The entries that were added to the history. */
  readonly entries: number
  readonly isScrolled?: boolean
}

/** What a click on a link of the page does, with and without the library. */
const clicks: Record<string, Outcome> = {
  soft: { path: '/plain/home?soft', isSameDocument: true, entries: 1 },
  object: { path: '/plain/home?a=1&b=x+y#end', isSameDocument: true, entries: 1 },
  replace: { path: '/plain/home?replace', isSameDocument: true, entries: 0 },
  hash: { path: 'links#below', isSameDocument: true, entries: 1, isScrolled: true },
  styled: { path: '/plain/home?styled', isSameDocument: true, entries: 1 },
  beside: { path: '/plain/home?beside', isSameDocument: true, entries: 1 },
  far: { path: '/plain/late?far', isSameDocument: true, entries: 1 },
  space: { path: '/plain/home?space', isSameDocument: true, entries: 1 },
  'in-boundary': { path: '/plain/home?boundary', isSameDocument: true, entries: 1 },
  nested: { path: '/plain/home?nested', isSameDocument: true, entries: 1 },
  overlay: { path: '/plain/home?overlay', isSameDocument: true, entries: 1 },
  'plain-anchor': { path: '/plain/home?document', isSameDocument: false, entries: 1 },
}

/** A link of a fragment is HTML, and behaves as `next/link` does without the library. */
export function links(
  test: BrowserTest,
  site: () => Site,
  modes: readonly Mode[] = ['plain', 'cached', 'stored'],
): void {
  const loadLinks = async (page: Page, mode: Mode) => {
    if (mode !== 'plain') await fill(site(), `/${mode}/links`, `links["${mode}"]`)
    await load(page, `/${mode}/links`)
    await page.evaluate(() => Object.assign(window, { isFirstDocument: true }))
  }

  test('a link of a fragment is HTML, unless it contains a client component', async ({ newVisitor }) => {
    const page = await newVisitor()
    await loadLinks(page, 'cached')
    const { html } = await site().get('/cached/links')
    const data = readData(html)
    expect(html.split('navigation</b>')).toHaveLength(2)
    expect(data).not.toContain('/plain/home?soft')
    expect(data).not.toContain('/plain/story?full')
    expect(data).toContain('/plain/home?around')
  })

  test('links and images stay components where that is turned off', async () => {
    await fill(site(), '/cached/turnedOff', 'turnedOff["cached"]')
    // The other cache has no events here.
    await vi.waitFor(async () => {
      const data = readData((await site().get('/cached/turnedOff')).html)
      expect(data).not.toContain('off=again')
      for (const name of ['fragment', 'cache']) {
        expect(data).toContain(`/plain/home?off=${name}`)
        expect(data).toContain(`/dot.png?off=${name}`)
      }
    }, PATIENCE)
  })

  for (const mode of modes) {
    for (const [id, { path, ...expected }] of Object.entries(clicks)) {
      test(`a click on a link does the same as without the library: ${mode}, ${id}`, async ({
        newVisitor,
      }) => {
        const page = await newVisitor()
        await loadLinks(page, mode)
        const { entries } = await readState(page)
        await page.locator(`#${id}`).click()
        const target = path.startsWith('/') ? path : `/${mode}/${path}`
        await vi.waitFor(async () => {
          const state = await readState(page)
          expect({ ...state, entries: state.entries - entries }).toEqual({
            path: target,
            isScrolled: false,
            ...expected,
          })
        }, PATIENCE)
      })
    }

    test(`a link without scrolling leaves the scroll position alone: ${mode}`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await loadLinks(page, mode)
      await page.evaluate(() => window.scrollTo(0, 100))
      // A click scrolls the link into view, unless it is dispatched.
      await page.locator('#keep-scroll').dispatchEvent('click')
      await page.waitForURL('**?kept')
      expect(await page.evaluate(() => window.scrollY)).toBe(100)
    })

    test(`a modified click is left to the browser: ${mode}`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await loadLinks(page, mode)
      for (const [id, options] of [
        ['soft', { modifiers: ['ControlOrMeta'] }],
        ['soft', { button: 'middle' }],
        ['blank', {}],
      ] as const) {
        const opened = page.context().waitForEvent('page')
        await page.locator(`#${id}`).click(options as object)
        const other = await opened
        await other.waitForURL((url) => url.pathname === '/plain/home')
        await other.close()
      }
      const downloading = page.waitForEvent('download')
      await page.locator('#download').click()
      expect((await downloading).suggestedFilename()).toBe('dot.png')
      expect(await readState(page)).toMatchObject({ path: `/${mode}/links`, isSameDocument: true })
    })

    test(`the keyboard follows a link: ${mode}`, async ({ newVisitor }) => {
      const page = await newVisitor()
      await loadLinks(page, mode)
      await page.locator('#soft').focus()
      await page.keyboard.press('Enter')
      await page.waitForURL('**/plain/home?soft')
      expect(await readState(page)).toMatchObject({ isSameDocument: true })
      await back(page, `/${mode}/links`)
    })
  }

  test('links are prefetched like those of the page without the library', async ({ newVisitor }) => {
    await fill(site(), '/cached/links', 'links["cached"]')
    const expected = await recordPrefetches(newVisitor, '/plain/links')
    expect(expected.flat().length).toBeGreaterThan(0)
    expect(await recordPrefetches(newVisitor, '/cached/links')).toEqual(expected)
  })
}

/** Returns the data of a document, from which React builds the page. */
export function readData(html: string): string {
  return [...html.matchAll(/self\.__next_f\.push\((.*?)\)<\/script>/gs)].map(([, text]) => text).join('')
}

const readState = (page: Page) =>
  page.evaluate(() => ({
    path: location.pathname + location.search + location.hash,
    isSameDocument: 'isFirstDocument' in window,
    entries: history.length,
    isScrolled: window.scrollY > 0,
  }))

/** Loads the page of links, scrolls, points at a link, and refreshes. @returns the prefetches of each step */
export async function recordPrefetches(
  newVisitor: NewVisitor,
  path: string,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<string[][]> {
  const page = await newVisitor()
  await prepare?.(page)
  const endPrefetches = watchPrefetches(page)
  const steps: string[][] = []
  const endStep = async () => steps.push(await endPrefetches())
  await load(page, path)
  await endStep()
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
  await endStep()
  await page.locator('#far').hover()
  await endStep()
  await refresh(page)
  await endStep()
  return steps
}
