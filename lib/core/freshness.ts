import type { StaleReason } from './events.ts'
import { ENTRY_FORMAT, type Entry, type Lookup } from './fragmentStore.ts'

export type Freshness =
  | { state: 'fresh'; entry: Entry }
  | { state: 'stale'; entry: Entry; reason: StaleReason }
  /** There is no usable entry. */
  | { state: 'unusable'; reason: 'absent' | 'unreadable' | 'ttl' | 'tag' }

/**
 * A host's own check of an entry. In Next it finds out whether one of the entry's tags was revalidated.
 *
 * @param ageMs milliseconds since the entry's data may have been read, or somewhat more. A duration, because the
 * store's time is not the host's.
 * @param markedStale whether the store has already marked the entry stale, because of a change of its objects
 */
export type HostFreshnessCheck = (
  entry: Entry,
  ageMs: number,
  markedStale: boolean,
) => 'fresh' | 'stale' | 'expired'

/** @param elapsed milliseconds since the lookup was sent */
export function evaluateFreshness(
  lookup: Omit<Lookup, 'token' | 'requiredToken'>,
  hostCheck?: HostFreshnessCheck,
  elapsed = 0,
): Freshness {
  const { entry, now, markedStale, unreadable } = lookup
  if (entry === undefined) return { state: 'unusable', reason: unreadable ? 'unreadable' : 'absent' }
  if (!isReadable(entry)) return { state: 'unusable', reason: 'unreadable' }
  if (now >= entry.discardAt) return { state: 'unusable', reason: 'ttl' }
  const verdict = hostCheck
    ? checkSafely(hostCheck, entry, now - entry.createdAt + elapsed, markedStale)
    : 'fresh'
  if (verdict === 'expired') return { state: 'unusable', reason: 'tag' }
  if (markedStale) return { state: 'stale', entry, reason: 'refreshed' }
  if (now >= entry.staleAt) return { state: 'stale', entry, reason: 'ttl' }
  if (verdict === 'stale') return { state: 'stale', entry, reason: 'tag' }
  return { state: 'fresh', entry }
}

/** A check that throws has not confirmed the entry, so the entry counts as expired. */
function checkSafely(
  hostCheck: HostFreshnessCheck,
  ...args: Parameters<HostFreshnessCheck>
): ReturnType<HostFreshnessCheck> {
  try {
    return hostCheck(...args)
  } catch {
    return 'expired'
  }
}

/** A store may hold values of an older version of this library, or of another program. */
function isReadable(entry: Entry): boolean {
  return (
    entry.format === ENTRY_FORMAT &&
    Array.isArray(entry.dependencies) &&
    entry.payload instanceof Uint8Array &&
    entry.payload.byteLength > 0 &&
    [entry.createdAt, entry.staleAt, entry.discardAt].every((time) => typeof time === 'number')
  )
}
