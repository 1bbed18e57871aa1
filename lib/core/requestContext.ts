import type { HostFreshnessCheck } from './freshness.ts'
import type { PrerenderPassCache } from './serve/prerenderPasses.ts'
import type { RebuildContext } from './serve/requeueIfNotStored.ts'

/** The request in which fragments are served. The host makes one for each place of it that has other rules. */
export interface RequestContext {
  /** The moment on the host's clock from which on the reader may have read its data. */
  readonly startedAt: number
  /** The host's clock: milliseconds, never going back, the same for all requests of the process. */
  readonly now: () => number
  readonly checkHostFreshness?: HostFreshnessCheck | undefined
  /** The output goes into a cache around us (a prerendered page, `'use cache'`): no stale copies there. */
  readonly storedByHost: boolean
  /** A worker asks: it waits for what is stale rather than be shown it, and until all is stored. */
  readonly rebuild?: RebuildContext | undefined
  readonly requestScope?: object | undefined
  /** No other request may join its fills: they may wait for data that only this render lacks. */
  readonly exclusive?: boolean | undefined
  readonly passCache?: PrerenderPassCache | undefined
}

/** Milliseconds since the reader may have read its data. */
export function getRequestAgeMs({ now, startedAt }: RequestContext): number {
  return now() - startedAt
}
