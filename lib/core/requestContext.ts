import type { HostFreshnessCheck } from './freshness.ts'
import type { PrerenderPassCache } from './serve/prerenderPasses.ts'
import type { RebuildContext } from './serve/requeueIfNotStored.ts'

/** The context in which fragments are served. The host creates one for each part of a request that has its own rules. */
export interface RequestContext {
  /** The moment on the host's clock from which on the reader may have read data. */
  readonly dataReadSince: number
  /** The host's clock: milliseconds, never going back, the same for all requests of the process. */
  readonly now: () => number
  readonly checkHostFreshness?: HostFreshnessCheck | undefined
  /** The host stores the output (in a prerendered page, or a `'use cache'`), so it must not contain stale copies. */
  readonly storedByHost: boolean
  /** Set for a worker's request, which waits for fills of stale fragments, and until all are stored. */
  readonly rebuild?: RebuildContext | undefined
  readonly requestScope?: object | undefined
  /** No other request may join its fills: they may wait for data that only this render lacks. */
  readonly exclusive?: boolean | undefined
  readonly passCache?: PrerenderPassCache | undefined
}

/** Milliseconds since the reader may first have read data. */
export function getRequestAgeMs({ now, dataReadSince }: RequestContext): number {
  return now() - dataReadSince
}
