import type { Engine } from '../core/engine.ts'
import type { PagesResult } from '../core/expireResult.ts'
import { invalidateInStore } from '../core/invalidateInStore.ts'
import { detectUnmatchedKeys } from './detectUnmatchedKeys.ts'
import { markInvalidated } from './handlers/markInvalidated.ts'
import { arePagesIn } from './handlers/nextHandlers.ts'
import { revalidateTagsLocally } from './internals/checkTags.ts'
import { getCurrentWork, isActionPhase } from './internals/renderContext.ts'
import { getCurrentRequestScope, resetReadTimestamp } from './requestScope.ts'
import { revalidatePages } from './revalidatePages.ts'
import { hasUntiedPages } from './serveUncached.ts'
import { fromDataTag, toDataTag, toDataTags } from './toDataTag.ts'
import { fromNextTag, getCatchAllTag, getUncachedTag, toNextTag } from './toNextTag.ts'

/** An expiry of more objects than this revalidates all pages with fragments, not only the affected ones. */
const BULK_THRESHOLD = 500
/** Next's cost grows with the square of this number. */
const MAX_OWN_TAGS = 2000

interface ExpiredContent extends PagesResult {
  /** Fragments removed from the store, or marked stale in it. */
  readonly touched: number
}

interface ExpireTarget {
  readonly engine: Engine
  readonly namespace: string
}

/**
 * Expires or refreshes objects everywhere: fragments in the store, data of `'use cache'`, and pages that Next
 * has stored.
 *
 * @param namedKeys the keys that the caller has passed. In development, those that match no fragment cause a warning
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not accept the expiry
 */
export async function expireContent(
  { engine, namespace }: ExpireTarget,
  mode: 'expire' | 'refresh',
  objects: readonly string[],
  namedKeys = objects,
): Promise<ExpiredContent> {
  if (objects.length === 0) return { touched: 0, pagesRevalidated: false }
  const warnUnmatched =
    process.env.NODE_ENV === 'development'
      ? await detectUnmatchedKeys(engine.store, `${mode}Obj`, namedKeys)
      : undefined
  const tags = objects.map((object) => toNextTag(object, namespace))
  const dataTags = toDataTags(objects, namespace)
  let pagesRevalidated = false
  let touched: number
  try {
    // A fragment around a 'use cache' that contains fragments depends on their tags, not on their objects. The same
    // holds for keys that are too long to be read back from a data tag.
    const hashed = dataTags.filter((tag) => fromDataTag(tag) === undefined)
    const uncached = arePagesIn(engine.store) ? [getUncachedTag(namespace)] : []
    touched = await invalidateInStore(
      engine,
      [...new Set([...objects, ...[...tags, ...hashed, ...uncached].map(fromNextTag)])],
      mode,
    )
  } finally {
    // Also when the store has failed, because rendering a page again is right in any case.
    const scope = getCurrentRequestScope()
    if (scope && isActionPhase()) resetReadTimestamp(scope)
    if (arePagesIn(engine.store)) {
      // The store has expired the pages as well. Next only has to discard what this request has read before.
      const ownTags =
        objects.length > MAX_OWN_TAGS ? [] : objects.map((object) => toDataTag(object, namespace))
      const work = getCurrentWork()
      if (work) markInvalidated(work, ownTags)
      const { error } = revalidatePages({ pages: [], data: ownTags }, mode)
      pagesRevalidated = !hasUntiedPages()
      if (error !== undefined) engine.events.emit({ type: 'pages-error', error })
    } else {
      // Next's cost grows with the square of the number of tags.
      const pages =
        tags.length > BULK_THRESHOLD ? [getCatchAllTag(namespace)] : [...tags, getUncachedTag(namespace)]
      const data = tags.length > BULK_THRESHOLD ? [getCatchAllTag(namespace)] : dataTags
      // Next revalidates when the handler ends, but no fill may read old data from here on.
      revalidateTagsLocally(data, { expire: 0 })
      const { isComplete, error } = revalidatePages({ pages, data }, mode)
      pagesRevalidated = isComplete && !hasUntiedPages()
      if (error !== undefined) engine.events.emit({ type: 'pages-error', error })
    }
  }
  warnUnmatched?.()
  return { touched, pagesRevalidated }
}
