import type { ScopeResult } from '../dependencyScope.ts'
import type { FragmentReport } from '../fragmentReport.ts'

/**
 * The output of earlier passes over the same page, by fragment key. Next prerenders a page twice, and the second pass
 * must see what the first saw, without waiting for anything.
 */
export type PrerenderPassCache = Map<string, PassEntry>

export interface PassEntry {
  readonly payload: Uint8Array
  /** The store's time when the first pass looked the fragment up. */
  readonly now: number | undefined
  readonly metadata: ScopeResult
  readonly report: FragmentReport
}

/** Serves the output of an earlier pass. */
export async function servePassEntry<T>(
  { payload, now, metadata, report }: PassEntry,
  decode: (payload: Uint8Array) => Promise<T>,
) {
  const value = await decode(payload)
  return { value, now, metadata: Promise.resolve(metadata), report: Promise.resolve(report) }
}
