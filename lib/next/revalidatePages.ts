import { revalidateTag, updateTag } from 'next/cache.js'
import { currentWorkStore } from './internals/situation.ts'
import { workUnitAsyncStorage } from './internals/storages.ts'
import { laterExpiries } from './pagesUnderWay.ts'

/**
 * Makes Next render anew the pages that are tied to the tags.
 *
 * @returns false where Next gives no way to: outside of it (a script), and while a page renders.
 */
export function revalidatePages(tags: readonly string[], how: 'expire' | 'refresh'): boolean {
  const workStore = currentWorkStore()
  if (!workStore?.incrementalCache) return false
  const inAction = workUnitAsyncStorage.getStore()?.phase === 'action' && !workStore.page.endsWith('/route')
  try {
    for (const tag of tags) {
      if (how === 'refresh') revalidateTag(tag, 'max')
      // In a Server Action this also empties the visitor's own client router.
      else if (inAction) updateTag(tag)
      else revalidateTag(tag, { expire: 0 })
    }
    for (const { tag, seconds } of laterExpiries(tags)) revalidateTag(tag, { expire: seconds })
    return true
  } catch {
    return false
  }
}
