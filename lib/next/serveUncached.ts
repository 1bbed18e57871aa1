import { unstable_cache } from 'next/cache.js'
import type { ReactNode } from 'react'
import type { Engine } from '../core/engine.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { addTags, canHoldTags, getNextCacheTarget, hasTags, limitExpire } from './internals/enclosingCache.ts'
import { isBuildTime } from './internals/nextWork.ts'
import { createRenderTag } from './internals/renderTag.ts'
import { isPrerenderUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'
import { getCatchAllTag, getUncachedTag } from './toNextTag.ts'
import { trackPageRender } from './trackPageRender.ts'

/** Whether this process has stored a page that is not tied to expiries. */
const getUntiedPages = defineGlobalSingleton('untiedPages', () => ({ hasAny: false, hasUncached: false }))

/** Whether this process has rendered a page with a fragment that could not be cached. */
export function hasUncachedPages(): boolean {
  return getUntiedPages().hasUncached
}

/** Whether there is a page that no revalidation reaches. */
export function hasUntiedPages(): boolean {
  return getUntiedPages().hasAny
}

/**
 * Returns the children of a fragment that cannot be cached. Their objects are unknown, because React keeps no context
 * between a component and its children. So a page or `'use cache'` around them, which Next stores, is tied to **every**
 * expiry, and lives no longer than the fragment would. A public function of Next adds the tags, which also works in
 * versions with other internals.
 */
export function serveUncached(
  { ttl = 0, swr = 0 }: Pick<FragmentProps, 'ttl' | 'swr'>,
  children: ReactNode,
  { events }: Engine,
  namespace: string,
): ReactNode | Promise<ReactNode> {
  const target = getNextCacheTarget()
  if (target === undefined) return children
  const { work, unit } = target
  getUntiedPages().hasUncached = true
  const catchAllTags = [getUncachedTag(namespace), getCatchAllTag(namespace)]
  const tags = [...catchAllTags, ...trackPageRender(work, catchAllTags)]
  // Dates the page by the start of its render. A build needs no date: nothing expires during it, and another process
  // has another clock.
  if (isPrerenderUnit(unit) && !isBuildTime(work))
    tags.push(createRenderTag(getRequestScope(work).dataReadSince))
  const revalidate = ttl > 0 && ttl < Infinity ? Math.max(1, Math.floor(ttl)) : false
  if (revalidate) limitExpire(unit, revalidate + (swr > 0 ? Math.floor(swr) : 0))
  const isTied = () => hasTags(unit, tags)
  const tie = unstable_cache(async () => 0, catchAllTags, { tags, revalidate })
  return tie()
    .catch((error) => {
      // A cache handler can fail only after the tags were added.
      if (!isTied()) events.emit({ type: 'pages-error', error })
    })
    .then(() => {
      // For kinds of pages that this code does not know, Next may add no tags.
      if (!isTied() && canHoldTags(unit)) addTags(unit, tags)
      if (!isTied()) getUntiedPages().hasAny = true
      return children
    })
}
