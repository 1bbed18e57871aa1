import type { useRouter } from 'next/navigation.js'

/** Of what is lost, a promise that never resolves: one each, as React keeps what waits with it. */
const waiting = new WeakMap<object, Promise<never>>()
let asking = false

/**
 * The way out when HTML that came with the document is needed after it has gone from the page unseen: asks for
 * the page again, which brings its HTML along.
 *
 * @param lost what cannot be shown; it asks once, however often React tries to render it until the page is there
 * @returns a promise that never resolves, to throw: what waits for it is rendered with new props instead
 */
export function refreshed(router: ReturnType<typeof useRouter>, lost: object): Promise<never> {
  const before = waiting.get(lost)
  if (before !== undefined) return before
  if (!asking) {
    asking = true
    setTimeout(() => {
      asking = false
      router.refresh()
    })
  }
  const promise = new Promise<never>(() => {})
  waiting.set(lost, promise)
  return promise
}
