import type { Engine } from '../engine.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { FragmentRequest } from '../fragmentRequest.ts'
import type { SyncLookup } from '../fragmentStore.ts'
import { evaluateFreshness, type HostFreshnessCheck } from '../freshness.ts'
import { reportCachedHit } from './reportCachedHit.ts'

export interface SyncServeOptions<T> {
  readonly checkHostFreshness?: HostFreshnessCheck | undefined
  /** What a payload has been decoded to before. */
  readonly peekDecoded: (payload: Uint8Array, key: string) => { readonly value: T } | undefined
}

export interface SyncServeResult<T> {
  readonly value: T
  readonly report: FragmentReport
}

/**
 * Serves one fragment that is at hand, fresh and decoded, without a promise: on a page of hits most of the time
 * would go into waiting for what is there already. Where anything has to be asked, made or awaited it serves
 * nothing, and `serveFragment` is to be called.
 *
 * Not for a fragment inside another one or inside what a framework stores: those have to be told of it, and must
 * be made of what all processes share.
 */
export function serveFragmentSync<T>(
  engine: Engine,
  { name, key }: FragmentRequest,
  { checkHostFreshness, peekDecoded }: SyncServeOptions<T>,
): SyncServeResult<T> | undefined {
  const lookup = lookUpSafely(engine, key)
  if (lookup === undefined) return undefined
  const { now, entry, local } = lookup
  if (evaluateFreshness({ now, entry, refreshed: false }, checkHostFreshness).state !== 'fresh')
    return undefined
  const decoded = peekDecoded(entry.payload, key)
  if (decoded === undefined) return undefined
  const fragment = { name, key, parent: undefined }
  return { value: decoded.value, report: reportCachedHit(engine, { fragment, entry, now, local }) }
}

/** A failing store costs a page its cache, never the page. */
function lookUpSafely({ store, events }: Engine, key: string): SyncLookup | undefined {
  try {
    return store.lookupSync?.(key)
  } catch (error) {
    events.emit({ type: 'store-error', operation: 'lookup', error })
    return undefined
  }
}
