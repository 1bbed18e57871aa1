import type { useRouter } from 'next/navigation.js'

/**
 * Promises that never resolve, one for each fragment that lacks its HTML. React keeps the tree that waits for a
 * promise, so a shared one would keep all of them.
 */
const suspensions = new WeakMap<object, Promise<never>>()
let isRefreshScheduled = false

/**
 * Handles HTML that came with the document, and has left the page before this component read it. Refreshes the page,
 * whose data then brings the HTML along.
 *
 * @param missingKey identifies the fragment. It causes one refresh, however often React tries to render it before the
 * data comes
 * @returns a promise to throw. It never resolves, because the refresh renders the fragment with new props
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
