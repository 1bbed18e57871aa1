import type { Page } from 'playwright-core'
import type { Site } from '../../support/nextSite.ts'

/** Loads the document of a page, and waits until all of its islands are live. */
export async function load(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await live(page)
}

/** Goes to a page as links do. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => window.router?.push(to), path)
  await shown(page, path)
}

export async function back(page: Page, path: string): Promise<void> {
  await page.goBack()
  await shown(page, path)
}

export async function forward(page: Page, path: string): Promise<void> {
  await page.goForward()
  await shown(page, path)
}

async function shown(page: Page, path: string): Promise<void> {
  const name = path.replace(/^\/|\?.*/g, '')
  // With `cacheComponents` pages that were left are there still, and hidden.
  await page.locator(`main[data-page="${name}"]:visible`).waitFor()
  await live(page)
}

/** Waits until React has taken over all of the page, also what is still on its way. */
export async function live(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (window.router === undefined || document.querySelector('template[id^="B:"]')) return false
    const islands = document.querySelectorAll<HTMLElement>('main [data-island]')
    if (![...islands].every((island) => island.live)) return false

    // React leaves the comments around a boundary behind when a page goes whose boundaries are hydrated, and
    // removes them when they are not yet: what is there after a navigation would be a matter of luck.
    type Fiber = { memoizedState: { dehydrated?: unknown } | null; child?: Fiber; sibling?: Fiber }
    const [, container] = Object.entries(document).find(([key]) => key.startsWith('__reactContainer')) ?? []
    const isHydrated = (fiber: Fiber | undefined): boolean =>
      !fiber || (!fiber.memoizedState?.dehydrated && isHydrated(fiber.child) && isHydrated(fiber.sibling))
    return isHydrated(container.stateNode.current)
  })
}

/** Has the site render a page until its fragments are stored. */
export async function fill(site: Site, path: string, ...fragments: string[]): Promise<void> {
  await site.get(path)
  for (const fragment of fragments) await site.stored(fragment)
}

/** Has the site's content changed, and the fragments expired that show it. */
export async function change(site: Site, key: string, value: string): Promise<void> {
  await site.send({ write: { [key]: value }, expire: key })
}

/** Loads the data of the page that is shown anew, and waits until it is shown. */
export async function refresh(page: Page): Promise<void> {
  await page.evaluate(() => window.refresh?.())
  await page.waitForFunction(() => window.refreshing === false)
}

export function click(page: Page, name: string): Promise<void> {
  return page.locator(`[data-button="${name}"]`).click()
}
