import type { useRouter } from 'next/navigation.js'

const never = new Promise<never>(() => {})
let asked = false

/**
 * The way out when HTML that came with the document is needed after it has gone from the page unseen: asks for
 * the page again, which brings its HTML along.
 *
 * @returns a promise that never resolves: what waits for it is rendered with new props instead
 */
export function refreshed(router: ReturnType<typeof useRouter>): Promise<never> {
  if (!asked) {
    asked = true
    setTimeout(() => {
      asked = false
      router.refresh()
    })
  }
  return never
}
