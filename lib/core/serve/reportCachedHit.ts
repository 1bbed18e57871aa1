import type { Engine } from '../engine.ts'
import type { FragmentRef, StaleReason } from '../events.ts'
import type { FragmentReport } from '../fragmentReport.ts'
import type { Entry } from '../fragmentStore.ts'
import { getMakeup } from '../makeup.ts'

export interface CachedHit {
  readonly fragment: FragmentRef
  readonly entry: Entry
  /** The store's time. Absent when it is down. */
  readonly now: number | undefined
  /** Why the entry is stale. Absent when it is fresh. */
  readonly stale?: StaleReason | undefined
  /** Whether it is a local copy from a shared store. */
  readonly isLocalCopy?: boolean
}

/** Emits the event of a hit, and returns its report. */
export function reportCachedHit(
  { events }: Engine,
  { fragment, entry, now, stale, isLocalCopy = false }: CachedHit,
): FragmentReport {
  const { dependencies, payload } = entry
  const ageSeconds = getEntryAgeSeconds(entry, now)
  events.emit(
    stale
      ? { type: 'stale', fragment, reason: stale, ageSeconds, dependencies }
      : { type: 'hit', fragment, ageSeconds, dependencies, local: isLocalCopy },
  )
  return {
    ...fragment,
    outcome: stale ? 'stale' : 'hit',
    reason: stale,
    ageSeconds,
    dependencies,
    stored: true,
    bytes: payload.byteLength,
    makeup: getMakeup(payload),
    durationMs: 0,
  }
}

/** Seconds. */
export function getEntryAgeSeconds({ createdAt }: Entry, now: number | undefined): number {
  return now === undefined ? 0 : Math.max(0, now - createdAt) / 1000
}
