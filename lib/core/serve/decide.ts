import type { MissReason, StaleReason } from '../events.ts'
import type { Entry, Lookup, SharedLookup } from '../fragmentStore.ts'
import type { Freshness } from '../freshness.ts'

/** The result of the search for a fragment, before it is served. */
export type FoundFragment<T> =
  /** The store does not answer. */
  | { readonly source: 'store-down' }
  /** A copy in this process. */
  | ({ readonly source: 'local'; readonly lookup: Lookup } & Examined<T>)
  /** The shared store. */
  | ({ readonly source: 'shared'; readonly lookup: SharedLookup } & Examined<T>)

interface Examined<T> {
  readonly freshness: Freshness
  /** The entry's output. Absent when {@link getEntryToDecode} returned no entry, or when it could not be decoded. */
  readonly decoded: { readonly value: T } | undefined
}

export type Decision<T> =
  | ({ readonly action: 'show'; readonly lookup: Lookup; readonly isLocalCopy: boolean } & Shown<T>)
  /** Ask the shared store, because a fill needs a token, and a local copy has none. */
  | { readonly action: 'look-up-shared' }
  | { readonly action: 'fill'; readonly lookup: SharedLookup | undefined; readonly reason: MissReason }
  /** Show the stale copy, and fill behind it. */
  | ({ readonly action: 'show-stale' } & Shown<T> & StaleCopy)
  /** Wait for a fill, and show the stale copy if the fill fails. */
  | ({ readonly action: 'fill-with-fallback' } & StaleCopy)

interface Shown<T> {
  readonly entry: Entry
  readonly value: T
}

export interface StaleCopy {
  readonly entry: Entry
  readonly lookup: SharedLookup
  readonly reason: StaleReason
}

/**
 * Returns the entry whose output {@link decide} may use. Decoding an entry costs as much as a hit, so a stale copy that no
 * request is shown at once is not decoded.
 */
export function getEntryToDecode(
  freshness: Freshness,
  isShared: boolean,
  mustBeCurrent: boolean,
): Entry | undefined {
  if (freshness.state === 'unusable') return undefined
  return freshness.state === 'fresh' || (isShared && !mustBeCurrent) ? freshness.entry : undefined
}

/**
 * Decides how to serve a fragment.
 *
 * | found | current output required | action |
 * |---|---|---|
 * | nothing, because the store is down | | fill |
 * | fresh and decoded | | show it |
 * | in a local copy, anything else | | look up in the shared store |
 * | no entry, expired or undecodable | | fill |
 * | stale | no | show it, and fill behind it |
 * | stale | yes | fill, with the stale copy as a fallback |
 */
export function decide<T>(found: FoundFragment<T>, mustBeCurrent: boolean): Decision<T> {
  if (found.source === 'store-down') return { action: 'fill', lookup: undefined, reason: 'absent' }
  const { freshness, decoded } = found
  if (freshness.state === 'fresh' && decoded !== undefined) {
    const { source, lookup } = found
    return {
      action: 'show',
      lookup,
      isLocalCopy: source === 'local',
      entry: freshness.entry,
      value: decoded.value,
    }
  }
  if (found.source === 'local') return { action: 'look-up-shared' }
  const { lookup } = found
  if (freshness.state === 'unusable') return { action: 'fill', lookup, reason: freshness.reason }
  if (freshness.state === 'fresh') return { action: 'fill', lookup, reason: 'unreadable' }
  const { entry, reason } = freshness
  if (mustBeCurrent) return { action: 'fill-with-fallback', lookup, entry, reason }
  if (decoded === undefined) return { action: 'fill', lookup, reason: 'unreadable' }
  return { action: 'show-stale', lookup, entry, value: decoded.value, reason }
}
