import type { useRouter } from 'next/navigation.js'

const never = new Promise<never>(() => {})
const asked = new WeakSet<object>()
let asking = false

/**
 * The way out when HTML that came with the document is needed after it has gone from the page unseen: asks for
 * the page again, which brings its HTML along.
 *
 * @param lost what cannot be shown; it asks once, however often React tries to render it until the page is there
 * @returns a promise that never resolves, to throw: what waits for it is rendered with new props instead
 */
export function refreshed(router: ReturnType<typeof useRouter>, lost: object): Promise<never> {
  if (!asked.has(lost)) {
    asked.add(lost)
    if (!asking) setTimeout(refresh)
    asking = true
  }
  return never

  function refresh() {
    asking = false
    router.refresh()
  }
}
