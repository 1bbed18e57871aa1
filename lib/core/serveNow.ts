import { type Asked, checkedRequest } from './checkedRequest.ts'
import { tellCopy } from './copy.ts'
import type { Engine } from './engine.ts'
import { freshnessOf, type Judge } from './freshness.ts'
import type { FragmentReport } from './report.ts'
import type { AtHand } from './store.ts'

export interface ServeNowRequest<T> extends Asked {
  readonly judge?: Judge | undefined
  /** What a payload has been decoded to before. */
  readonly decoded: (payload: Uint8Array, key: string) => { readonly value: T } | undefined
}

export interface ServedNow<T> {
  readonly value: T
  readonly report: FragmentReport
}

/**
 * Serves one fragment that is at hand, fresh and decoded, without a promise: on a page of hits most of the time
 * would go into waiting for what is there already. Where anything has to be asked, made or awaited it serves
 * nothing, and `serve` is to be called.
 *
 * Not for a fragment inside another one or inside what a framework stores: those have to be told of it, and must
 * be made of what all processes share.
 *
 * @throws {ContentCacheTypeError} for bad `name`, `vary`, `version`, `ttl`, `swr`, `exportAs`
 */
export function serveNow<T>(engine: Engine, request: ServeNowRequest<T>): ServedNow<T> | undefined {
  const { key } = checkedRequest(request)
  const found = atHand(engine, key)
  if (found === undefined) return undefined
  const { now, entry, local } = found
  if (freshnessOf({ now, entry, refreshed: false }, request.judge).state !== 'fresh') return undefined
  const decoded = request.decoded(entry.payload, key)
  if (decoded === undefined) return undefined
  const fragment = { name: request.name, key, parent: undefined }
  return { value: decoded.value, report: tellCopy(engine, { fragment, entry, now, local }) }
}

/** A failing store costs a page its cache, never the page. */
function atHand({ store, events }: Engine, key: string): AtHand | undefined {
  try {
    return store.lookupNow?.(key)
  } catch (error) {
    events.emit({ type: 'store-error', operation: 'lookup', error })
    return undefined
  }
}
