import { unstable_cache } from 'next/cache.js'
import type { ReactNode } from 'react'
import type { Engine } from '../core/engine.ts'
import { processWide } from '../core/processWide.ts'
import { storedByNext } from './internals/situation.ts'
import { pageUnderWay } from './pagesUnderWay.ts'
import { tagOfAnything, tagOfUncached } from './pageTags.ts'

/** Seconds. The page does not know how long what it shows may live. */
const LONGEST = 1

/** Whether a page of this process could not be tied to expiries. */
const untied = processWide('untiedPages', () => ({ any: false }))

/** Whether some page cannot be revalidated, whatever Next is told. */
export function hasUntiedPages(): boolean {
  return untied.any
}

/**
 * The children of a fragment that cannot be cached. What they register is unknown, because React keeps no context
 * between a component and its children. So a page or `'use cache'` around them, which Next stores, is tied to
 * **every** expiry, and kept for a second at most. The tie is made by Next's public functions only: they are right
 * also where the rest has moved.
 */
export function uncachedOutput(
  children: ReactNode,
  { events }: Engine,
  namespace: string,
): ReactNode | Promise<ReactNode> {
  const around = storedByNext()
  if (around === undefined) return children
  const { workStore, unit } = around
  const any = [tagOfUncached(namespace), tagOfAnything(namespace)]
  const tags = [...any, ...pageUnderWay(workStore, any)]
  const tie = unstable_cache(async () => 0, any, { tags, revalidate: LONGEST })
  return tie().then(
    () => children,
    (error) => {
      // A cache handler that fails does so after the tags have been taken.
      if (!tags.every((tag) => unit.tags?.includes(tag))) {
        untied.any = true
        events.emit({ type: 'pages-error', error })
      }
      return children
    },
  )
}
