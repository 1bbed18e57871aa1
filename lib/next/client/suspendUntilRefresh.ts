import type { useRouter } from 'next/navigation.js'

/** Of what is lost, a promise that never resolves: one each, as React keeps what waits with it. */
const suspensions = new WeakMap<object, Promise<never>>()
let isRefreshScheduled = false

/**
 * The way out when HTML that came with the document is needed after it has gone from the page unseen: asks for
 * the page again, which brings its HTML along.
 *
 * @param missingKey what cannot be shown; it asks once, however often React tries to render it until the page is there
 * @returns a promise that never resolves, to throw: what waits for it is rendered with new props instead
 */
export function suspendUntilRefresh(
  router: ReturnType<typeof useRouter>,
  missingKey: object,
): Promise<never> {
  const existing = suspensions.get(missingKey)
  if (existing !== undefined) return existing
  if (!isRefreshScheduled) {
    isRefreshScheduled = true
    setTimeout(() => {
      isRefreshScheduled = false
      router.refresh()
    })
  }
  const promise = new Promise<never>(() => {})
  suspensions.set(missingKey, promise)
  return promise
}
