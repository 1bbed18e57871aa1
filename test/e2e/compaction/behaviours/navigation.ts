import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { NewVisitor } from '../../../support/browser.ts'
import type { Site } from '../../../support/nextSite.ts'
import { watchPrefetches } from '../prefetches.ts'
import type { Mode } from '../site/Fragment.tsx'
import type { BrowserTest } from '../twins.ts'
import { back, fill, forward, load, waitUntilLive } from '../visits.ts'
import { recordPrefetches } from './links.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }

/** Where a navigation leads to, and what it does on the way, is the same as without the library. */
export function navigation(test: BrowserTest, site: () => Site): void {
  for (const mode of ['plain', 'cached', 'stored'] as const) {
    test(`back and forward restore the scroll position: ${mode}`, async ({ newVisitor }) => {
      if (mode !== 'plain') await fill(site(), `/${mode}/links`, `links["${mode}"]`)
      const page = await newVisitor()
      const expectScrollPosition = (position: number) =>
        vi.waitFor(async () => expect(await page.evaluate(() => window.scrollY)).toBe(position), PATIENCE)
      await load(page, `/${mode}/links`)
      await page.evaluate(() => window.scrollTo(0, 1500))
      // A click scrolls the link into view, unless it is dispatched.
      await page.locator('#soft').dispatchEvent('click')
      await page.waitForURL('**/plain/home?soft')
      await expectScrollPosition(0)
      await back(page, `/${mode}/links`)
      await expectScrollPosition(1500)
      await forward(page, '/plain/home?soft')
      await expectScrollPosition(0)
      await back(page, `/${mode}/links`)
      await expectScrollPosition(1500)
    })
  }

  test('a click on a link announces its navigation to the client instrumentation', async ({ newVisitor }) => {
    await fill(site(), '/cached/links', 'links["cached"]')
    const expected = await recordTransitions(newVisitor, 'plain')
    expect(expected).toContainEqual(['push /plain/home?soft'])
    expect(expected).toContainEqual(['replace /plain/home?replace'])
    expect(await recordTransitions(newVisitor, 'cached')).toEqual(expected)
  })

  test('links are prefetched alike on a slow network of a visitor who saves data', async ({ newVisitor }) => {
    await fill(site(), '/cached/links', 'links["cached"]')
    const expected = await recordPrefetches(newVisitor, '/plain/links', saveData)
    expect(expected.flat().length).toBeGreaterThan(0)
    expect(await recordPrefetches(newVisitor, '/cached/links', saveData)).toEqual(expected)
  })

  test('links work alike after a Server Action has changed and revalidated the page', async ({
    newVisitor,
  }) => {
    await fill(site(), '/cached/revalidated', 'revalidated["cached"]')
    const expected = await publish(newVisitor, 'plain')
    expect(expected).toMatchObject({ isSameDocument: true, path: '/plain/home?revalidated' })
    expect(expected.prefetchedBefore).not.toEqual([])
    expect(await publish(newVisitor, 'cached')).toEqual(expected)
  })
}

/** Follows some links. @returns the transitions of each */
async function recordTransitions(newVisitor: NewVisitor, mode: Mode) {
  const page = await newVisitor()
  const transitions: (string[] | undefined)[] = []
  for (const id of ['soft', 'object', 'replace', 'styled', 'beside', 'nested']) {
    await load(page, `/${mode}/links`)
    await page.locator(`#${id}`).click()
    await page.waitForURL('**/plain/home?*')
    transitions.push(await page.evaluate(() => window.transitions))
  }
  return transitions
}

async function saveData(page: Page): Promise<void> {
  await page.setExtraHTTPHeaders({ 'save-data': 'on' })
  await page.addInitScript(() => {
    Object.defineProperty(Object.getPrototypeOf(Reflect.get(navigator, 'connection')), 'saveData', {
      value: true,
    })
  })
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-reduced-data', value: 'reduce' }],
  })
  await devTools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: 200_000,
    uploadThroughput: 50_000,
    connectionType: 'cellular2g',
  })
}

/** Sends the form of the page, and then follows a link. */
async function publish(newVisitor: NewVisitor, mode: Mode) {
  const page = await newVisitor()
  const endPrefetches = watchPrefetches(page)
  await load(page, `/${mode}/revalidated`)
  await page.evaluate(() => Object.assign(window, { isFirstDocument: true }))
  const prefetchedBefore = await endPrefetches()
  const version = await page.locator('#version').textContent()
  await page.getByRole('button', { name: 'publish' }).click()
  await page.waitForFunction((before) => document.getElementById('version')?.textContent !== before, version)
  const prefetchedAfter = await endPrefetches()
  await page.locator('#to-home').click()
  await page.waitForURL('**/plain/home?revalidated')
  await waitUntilLive(page)
  return {
    prefetchedBefore,
    prefetchedAfter,
    isSameDocument: await page.evaluate(() => 'isFirstDocument' in window),
    path: await page.evaluate(() => location.pathname + location.search),
    transitions: await page.evaluate(() => window.transitions),
  }
}
