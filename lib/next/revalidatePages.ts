import { revalidateTag, updateTag } from 'next/cache.js'
import { canRevalidate, isRouteHandler } from './internals/nextWork.ts'
import { getCurrentWork, isActionPhase } from './internals/renderContext.ts'
import { getDelayedExpiries } from './trackPageRender.ts'

export interface Revalidation {
  /** Whether Next revalidates all tags. */
  readonly isComplete: boolean
  /** The reason of a failure. Absent where Next offers no revalidation. */
  readonly error?: unknown
}

export interface RevalidatedTags {
  /** Tags of pages. */
  readonly pages: readonly string[]
  /** Tags of `'use cache'` data. A refresh expires these as well. */
  readonly data: readonly string[]
}

/**
 * Makes Next render the pages with these tags again. Next offers this neither outside of it, as in a script, nor while
 * a page renders.
 */
export function revalidatePages({ pages, data }: RevalidatedTags, mode: 'expire' | 'refresh'): Revalidation {
  const work = getCurrentWork()
  if (!work || !canRevalidate(work)) return { isComplete: false }
  const isInAction = isActionPhase() && !isRouteHandler(work)
  const failures: unknown[] = []
  const attempt = (revalidate: () => void) => {
    try {
      revalidate()
    } catch (error) {
      failures.push(error)
    }
  }
  const expire = (tag: string) => {
    // In a Server Action this also empties the visitor's own client router.
    if (isInAction && mode === 'expire') updateTag(tag)
    else revalidateTag(tag, { expire: 0 })
  }
  for (const tag of pages) attempt(() => (mode === 'refresh' ? revalidateTag(tag, 'max') : expire(tag)))
  for (const tag of data) attempt(() => expire(tag))
  for (const { tag, seconds } of getDelayedExpiries(pages))
    attempt(() => revalidateTag(tag, { expire: seconds }))
  return failures.length === 0 ? { isComplete: true } : { isComplete: false, error: failures[0] }
}
