import { unstable_cache } from 'next/cache.js'
import type { ReactNode } from 'react'
import type { Engine } from '../core/engine.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import type { FragmentProps } from '../react/fragmentHost.ts'
import { addTags, canHoldTags, getNextCacheTarget, hasTags, limitExpire } from './internals/enclosingCache.ts'
import { isBuildTime } from './internals/nextRequest.ts'
import { createRenderTag } from './internals/renderTag.ts'
import { isPrerenderUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'
import { getCatchAllTag, getUncachedTag } from './toNextTag.ts'
import { trackPageRender } from './trackPageRender.ts'

/** Whether a page of this process could not be tied to expiries. */
const untiedPages = getGlobalSingleton('untiedPages', () => ({ exist: false }))

/** Whether there is a page that no call of Next's revalidates. */
export function hasUntiedPages(): boolean {
  return untiedPages.exist
}

/**
 * The children of a fragment that cannot be cached. What they register is unknown, because React keeps no context
 * between a component and its children. So a page or `'use cache'` around them, which Next stores, is tied to
 * **every** expiry, and lives no longer than the fragment would. The tie is made by a public function of Next, which
 * is right also where the rest has moved.
 */
export function serveUncached(
  { ttl = 0, swr = 0 }: Pick<FragmentProps, 'ttl' | 'swr'>,
  children: ReactNode,
  { events }: Engine,
  namespace: string,
): ReactNode | Promise<ReactNode> {
  const target = getNextCacheTarget()
  if (target === undefined) return children
  const { request, unit } = target
  const catchAllTags = [getUncachedTag(namespace), getCatchAllTag(namespace)]
  const tags = [...catchAllTags, ...trackPageRender(request, catchAllTags)]
  // Dates the page by the start of its render. In a build nothing expires, and the build's clock is not ours.
  if (isPrerenderUnit(unit) && !isBuildTime(request))
    tags.push(createRenderTag(getRequestScope(request).dataReadSince))
  const revalidate = ttl > 0 && ttl < Infinity ? Math.max(1, Math.floor(ttl)) : false
  if (revalidate) limitExpire(unit, revalidate + (swr > 0 ? Math.floor(swr) : 0))
  const isTied = () => hasTags(unit, tags)
  const tie = unstable_cache(async () => 0, catchAllTags, { tags, revalidate })
  return tie()
    .catch((error) => {
      // A cache handler that fails does so after the tags have been taken.
      if (!isTied()) events.emit({ type: 'pages-error', error })
    })
    .then(() => {
      // Next ignores kinds of pages that this function does not know yet.
      if (!isTied() && canHoldTags(unit)) addTags(unit, tags)
      if (!isTied()) untiedPages.exist = true
      return children
    })
}
