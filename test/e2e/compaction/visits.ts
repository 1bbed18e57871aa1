import type { Page } from 'playwright-core'
import type { Site } from '../../support/nextSite.ts'

/** Loads the document of a page, and waits until all of its islands are live. */
export async function load(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await waitUntilLive(page)
}

/** Navigates to a page, as a link does. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => window.router?.push(to), path)
  await waitForPage(page, path)
}

export async function back(page: Page, path: string): Promise<void> {
  await page.goBack()
  await waitForPage(page, path)
}

export async function forward(page: Page, path: string): Promise<void> {
  await page.goForward()
  await waitForPage(page, path)
}

async function waitForPage(page: Page, path: string): Promise<void> {
  const name = path.replace(/^\/|\?.*/g, '')
  // With `cacheComponents` the pages before stay in the DOM, hidden.
  await page.locator(`main[data-page="${name}"]:visible`).waitFor()
  await waitUntilLive(page)
}

/** Waits until React has hydrated the whole page, including its late parts, and the images in the window are loaded. */
export async function waitUntilLive(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (window.router === undefined || document.querySelector('template[id^="B:"]')) return false
    const islands = document.querySelectorAll<HTMLElement>('main [data-island]')
    if (![...islands].every((island) => island.live)) return false

    // A page that is hidden while its images are loading ends their placeholders when it is shown again.
    const isInWindow = (image: HTMLImageElement) => {
      const { top, bottom, width } = image.getBoundingClientRect()
      return width > 0 && bottom > 0 && top < window.innerHeight
    }
    if ([...document.images].some((image) => !image.complete && isInWindow(image))) return false

    // When a page is removed, React removes the comments around a boundary only if the boundary is not hydrated yet.
    // Without this wait, the DOM after a navigation would depend on timing.
    type Fiber = { memoizedState: { dehydrated?: unknown } | null; child?: Fiber; sibling?: Fiber }
    const [, container] = Object.entries(document).find(([key]) => key.startsWith('__reactContainer')) ?? []
    const isHydrated = (fiber: Fiber | undefined): boolean =>
      !fiber || (!fiber.memoizedState?.dehydrated && isHydrated(fiber.child) && isHydrated(fiber.sibling))
    return isHydrated(container.stateNode.current)
  })
}

/** Requests a page, and waits until its fragments are stored. */
export async function fill(site: Site, path: string, ...fragments: string[]): Promise<void> {
  await site.get(path)
  for (const fragment of fragments) await site.stored(fragment)
}

/** Changes a value of the site's content, and expires the fragments that show it. */
export async function change(site: Site, key: string, value: string): Promise<void> {
  await site.send({ write: { [key]: value }, expire: key })
}

/** Refreshes the current page, and waits until the new data is shown. */
export async function refresh(page: Page): Promise<void> {
  await page.evaluate(() => window.refresh?.())
  await page.waitForFunction(() => window.isRefreshing === false)
}

export function click(page: Page, name: string): Promise<void> {
  return page.locator(`[data-button="${name}"]`).click()
}
