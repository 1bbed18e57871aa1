import type { ScopeResult } from '../dependencyScope.ts'
import type { FragmentRender, StorableOutput } from '../fragmentRenderer.ts'
import type { FragmentReport } from '../fragmentReport.ts'

/**
 * The output of earlier passes over the same page, by fragment key. Next prerenders a page twice, and the second pass
 * must see what the first saw, without waiting for anything.
 */
export type PrerenderPassCache = Map<string, PassEntry>

export interface PassEntry {
  /** The stored form of the output, or its render when there is none. */
  readonly body: StorableOutput | FragmentRender<unknown>
  /** The store's time when the first pass looked the fragment up. */
  readonly now: number | undefined
  readonly metadata: ScopeResult
  readonly report: FragmentReport
}
