import type { Engine } from '../engine.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { FragmentRequest } from '../fragmentRequest.ts'
import type { SyncLookup } from '../fragmentStore.ts'
import { evaluateFreshness, type HostFreshnessCheck } from '../freshness.ts'
import { reportCachedHit } from './reportCachedHit.ts'

export interface SyncServeOptions<T> {
  readonly checkHostFreshness?: HostFreshnessCheck | undefined
  /** Returns the output of a payload that was decoded before. */
  readonly peekDecoded: (payload: Uint8Array, key: string) => { readonly value: T } | undefined
}

export interface SyncServeResult<T> {
  readonly value: T
  readonly report: FragmentReport
}

/**
 * Serves a fragment that is in the process, fresh and decoded, without a promise. On a page of hits, promises would take
 * most of the time. Returns nothing when the fragment needs I/O, a render or decoding. The caller then calls
 * `serveFragment`.
 *
 * Not for a fragment inside another one, or inside output that the host stores. These need its metadata, and must not
 * contain local copies.
 */
export function serveFragmentSync<T>(
  engine: Engine,
  { name, key }: FragmentRequest,
  { checkHostFreshness, peekDecoded }: SyncServeOptions<T>,
): SyncServeResult<T> | undefined {
  const lookup = lookUpSafely(engine, key)
  if (lookup === undefined) return undefined
  const { now, entry, isLocalCopy } = lookup
  if (evaluateFreshness({ now, entry, markedStale: false }, checkHostFreshness).state !== 'fresh')
    return undefined
  const decoded = peekDecoded(entry.payload, key)
  if (decoded === undefined) return undefined
  const fragment = { name, key, parent: undefined }
  return { value: decoded.value, report: reportCachedHit(engine, { fragment, entry, now, isLocalCopy }) }
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
