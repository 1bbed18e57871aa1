import type { FragmentRef, MissReason } from '../../core/events.ts'
import type { Entry } from '../../core/fragmentStore.ts'
import type { HandlerRuntime } from './handlerRuntime.ts'
import type { EntryRead } from './readEntry.ts'

/**
 * Why an entry cannot be used.
 *
 * @param decoded the content of the entry, if it is readable
 * @param mustBeFresh whether the entry would become part of other output that is stored
 * @returns nothing when it can be used
 */
export function getMissReason(
  read: EntryRead | undefined,
  decoded: { readonly clock: number } | undefined,
  mustBeFresh: boolean,
): MissReason | undefined {
  if (read?.entry === undefined) return 'absent'
  if (decoded === undefined) return 'unreadable'
  if (decoded.clock < read.lastPathExpiry) return 'tag'
  if (!read.isStale || !mustBeFresh) return undefined
  return read.isMarkedStale ? 'refreshed' : 'ttl'
}

/** Reports an entry that is used. */
export function reportRead(
  { engine }: HandlerRuntime,
  fragment: FragmentRef,
  { now, isStale, isMarkedStale, isLocalCopy }: EntryRead,
  { createdAt, dependencies }: Entry,
): void {
  const ageSeconds = Math.max(0, now - createdAt) / 1000
  engine.events.emit(
    isStale
      ? { type: 'stale', fragment, reason: isMarkedStale ? 'refreshed' : 'ttl', ageSeconds, dependencies }
      : { type: 'hit', fragment, ageSeconds, dependencies, local: isLocalCopy },
  )
}
