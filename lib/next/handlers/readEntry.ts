import type { Awaitable } from '../../core/awaitable.ts'
import { tryStoreOperation } from '../../core/engine.ts'
import type { FragmentRef } from '../../core/events.ts'
import type { Entry, LeaseReply, Token } from '../../core/fragmentStore.ts'
import { getCurrentWork } from '../internals/renderContext.ts'
import { getRequestScope } from '../requestScope.ts'
import type { HandlerRuntime } from './handlerRuntime.ts'
import { toPathObjects } from './toObjects.ts'

/** The reply of the store to a lookup of a handler. */
export interface EntryRead {
  /** The store's time, in milliseconds. */
  readonly now: number
  readonly entry: Entry | undefined
  /** Whether it was marked stale, or its lifetime is over. */
  readonly isStale: boolean
  /** Whether a tag or an object was refreshed, and not only the lifetime is over. */
  readonly isMarkedStale: boolean
  /** Whether the entry is a copy in this process of a shared store. */
  readonly isLocalCopy: boolean
  /** The clock of the last expiry of one of the soft tags. `Infinity` when the store did not tell. */
  readonly lastPathExpiry: number
  /** For a commit of data that is read after this lookup. Absent for a copy in this process. */
  readonly token: Token | undefined
  /** For the request for a lease. Absent for a copy in this process. */
  readonly requiredToken: Token | undefined
  readonly lease: LeaseReply | undefined
}

export interface ReadOptions {
  /** Reads the shared store, for output that is stored. A local copy may be a moment behind. */
  readonly shared?: boolean
  /** Acquires the lease to fill the entry for this many milliseconds, if nothing is stored. */
  readonly leaseMs?: number
  /** How long ago the data of the commit was read, in milliseconds. Default 0: after this lookup. */
  readonly ageMs?: () => number
  /** Tags that count for this reader alone: an expiry of one of them after the fill makes the entry a miss. */
  readonly softTags?: readonly string[]
}

/**
 * Reads an entry, from a copy in this process where that is allowed.
 *
 * @returns nothing when the store fails
 */
export async function readEntry(
  runtime: HandlerRuntime,
  { key }: FragmentRef,
  { shared = false, leaseMs, ageMs = readNow, softTags = [] }: ReadOptions,
): Promise<EntryRead | undefined> {
  const { engine } = runtime
  const copy = shared ? undefined : engine.store.lookupSync?.(key)
  if (copy !== undefined) {
    const lastPathExpiry = getLastPathExpiry(runtime, softTags, false)
    return {
      ...copy,
      isStale: false,
      isMarkedStale: false,
      lastPathExpiry:
        (typeof lastPathExpiry === 'number' ? lastPathExpiry : await lastPathExpiry) ?? Infinity,
      token: undefined,
      requiredToken: undefined,
      lease: undefined,
    }
  }
  const work = getCurrentWork()
  const requestScope = work && getRequestScope(work)
  // In one turn, so that both commands go out together.
  const [lookup, lastPathExpiry = Infinity] = await Promise.all([
    tryStoreOperation(engine, 'lookup', () => engine.lookup({ key, ageMs, shared, requestScope, leaseMs })),
    getLastPathExpiry(runtime, softTags, true),
  ])
  if (lookup === undefined) return undefined
  const { now, entry, markedStale, token, requiredToken, lease } = lookup
  const isDiscarded = entry !== undefined && now >= entry.discardAt
  return {
    now,
    entry: isDiscarded ? undefined : entry,
    isStale: entry !== undefined && (markedStale || now >= entry.staleAt),
    isMarkedStale: markedStale,
    isLocalCopy: token === undefined,
    lastPathExpiry,
    token,
    requiredToken,
    lease,
  }
}

function readNow(): number {
  return 0
}

/**
 * Reads when one of the tags that Next derives from the path of a page was last expired, on the clock of the store. They
 * are no dependencies of `'use cache'` and `fetch` data, which many pages share.
 *
 * @param shared asks the shared store, as the lookup of the entry does
 * @returns nothing when the store fails
 */
function getLastPathExpiry(
  { engine }: HandlerRuntime,
  tags: readonly string[],
  shared: boolean,
): Awaitable<number | undefined> {
  const { store } = engine
  const objects = tags.length === 0 || store.getLastExpiry === undefined ? [] : toPathObjects(tags)
  if (objects.length === 0) return 0
  return tryStoreOperation(engine, 'lookup', () => store.getLastExpiry?.(objects, { shared }) ?? 0)
}
