import type { ScopeResult } from '../core/dependencyScope.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import type { UncacheableReason } from '../core/metadata.ts'
import { getNextHandlers, isOutputIn } from './handlers/nextHandlers.ts'
import { addTags, limitNextLifetime, MIN_PRERENDERABLE_EXPIRE } from './internals/enclosingCache.ts'
import { isBuildTime, type NextWork } from './internals/nextWork.ts'
import { createRenderTag } from './internals/renderTag.ts'
import { isCacheUnit, isPrerenderUnit, isRequestUnit, type RenderUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'
import { toDataTag } from './toDataTag.ts'
import { getCatchAllTag, toNextTag } from './toNextTag.ts'
import { hasExpiredSince, trackPageRender } from './trackPageRender.ts'

/** The cache whose objects become tags. */
export interface TagTarget {
  readonly store: FragmentStore
  readonly namespace: string
}

/**
 * Adds the dependencies and the lifetime of a fragment to the enclosing page or `'use cache'`, as Next does for its own
 * nested caches. Otherwise a prerendered page would never follow an expiry.
 *
 * @param now the time of the store in milliseconds. The lifetimes count on the same clock
 */
export function applyToEnclosingCache(
  { work, unit }: { work: NextWork; unit: RenderUnit },
  metadata: ScopeResult,
  now: number,
  { store, namespace }: TagTarget,
): void {
  if (isRequestUnit(unit)) return
  const lifetime = {
    revalidate: secondsUntil(metadata.staleAt, now),
    expire: secondsUntil(metadata.discardAt, now),
  }
  limitNextLifetime(unit, lifetime)
  if (isOutputIn(store, unit)) {
    // The tags carry the objects themselves. The fence of the store refuses output that is older than an expiry.
    addTags(
      unit,
      [...metadata.dependencies].map((object) => toDataTag(object, namespace, Infinity)),
    )
    return
  }
  const tags = [...metadata.dependencies].map((object) => toNextTag(object, namespace))
  // Only one of Next's two caches is in the store. Its entries follow the objects, and the others their tags.
  if (getNextHandlers().useCache === store)
    tags.push(...[...metadata.dependencies].map((object) => toDataTag(object, namespace)))
  // A 'use cache' is dated by its start, so it misses no expiry.
  tags.push(getCatchAllTag(namespace))
  if (isPrerenderUnit(unit)) {
    const since = getRequestScope(work).dataReadSince
    if (hasExpiredSince(tags, since)) limitEnclosingCache(unit)
    // A build needs no date: nothing expires during it, and another process has another clock.
    if (!isBuildTime(work)) tags.push(createRenderTag(since))
    tags.push(...trackPageRender(work, tags))
  }
  addTags(unit, tags)
}

/**
 * Limits the lifetime of the enclosing page or `'use cache'`, because the fragment was not stored, or was expired while it
 * rendered.
 *
 * Next leaves a `'use cache'` out of prerendered pages if it expires sooner than `MIN_PRERENDERABLE_EXPIRE`. A page without
 * a `<Suspense>` around it then fails, for instance in a build that cannot reach the store. So the output of a fragment
 * that could have been stored lives longer. It follows every expiry by its tags.
 *
 * @param reason why the fragment must not be stored; undefined if only the store prevented it
 */
export function limitEnclosingCache(unit: RenderUnit, reason?: UncacheableReason): void {
  if (isRequestUnit(unit)) return
  const canBePrerendered = isCacheUnit(unit) && (reason === undefined || reason === 'store-down')
  limitNextLifetime(unit, { revalidate: 1, expire: canBePrerendered ? MIN_PRERENDERABLE_EXPIRE : 1 })
}

function secondsUntil(moment: number, now: number): number {
  // Rounded down, because the page must not outlive its fragments. 0 would mean that Next never stores it.
  return Math.max(1, Math.floor((moment - now) / 1000))
}
