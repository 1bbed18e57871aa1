import type { Page, Request } from 'playwright-core'
import { expect, vi } from 'vitest'

const PATIENCE = { timeout: 20_000, interval: 50 }

/**
 * Records the prefetches of a page from now on.
 *
 * @returns a function that waits until the page has prefetched everything, and returns the prefetches since its last call
 */
export function watchPrefetches(page: Page): () => Promise<string[]> {
  let prefetches: string[] = []
  const pending = new Set<Request>()
  page.on('request', (request) => {
    const headers = request.headers()
    if (headers['next-router-prefetch'] === undefined) return
    pending.add(request)
    const { pathname, search } = new URL(request.url())
    const url = pathname + search.replace(/[?&]_rsc=[^&]*/, '')
    prefetches.push(
      `${headers['next-router-prefetch']} ${headers['next-router-segment-prefetch'] ?? ''} ${url}`,
    )
  })
  const settle = (request: Request) => pending.delete(request)
  page.on('requestfinished', settle)
  page.on('requestfailed', settle)
  return async () => {
    // A prefetch may follow another one.
    await vi.waitFor(async () => {
      const count = prefetches.length
      expect(pending.size).toBe(0)
      await passIdleFrames(page)
      expect([pending.size, prefetches.length]).toEqual([0, count])
    }, PATIENCE)
    const step = prefetches.sort()
    prefetches = []
    return step
  }
}

/** Resolves when the page has had time to notice links in its viewport, and has nothing left to do. */
export function passIdleFrames(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) {
      await new Promise(requestAnimationFrame)
      await new Promise((resolve) => requestIdleCallback(resolve))
    }
  })
}
