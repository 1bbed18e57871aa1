import { createEntryCache } from '../../core/entryCache.ts'
import type { DerivedValues, Entry } from '../../core/fragmentStore.ts'
import type { EntryCopy, ReadSnapshot } from '../store/lookup.ts'

/** Entries kept in this process, above Redis. Clocks are those of the store's expiries. */
export interface LocalEntries {
  get(key: string): Entry | undefined
  /** Keeps an entry from a lookup, unless it may have changed since the lookup. */
  put(key: string, entry: Entry, lookup: ReadSnapshot): void
  /** Returns the entry with its fingerprint. Counts as a use. */
  getCopy(key: string): EntryCopy | undefined
  /** Drops entries that depend on one of the objects, unless they were read after `clock`. */
  invalidate(objects: readonly string[], clock: number): void
  /** Drops entries that another program has changed or deleted. */
  deleteKeys(keys: readonly string[]): void
  /** Drops all entries, because expiries may have been missed. Replies to earlier lookups are not kept. */
  clear(): void
  readonly derived: DerivedValues
}

interface LocalEntry {
  readonly entry: Entry
  readonly clock: number
  readonly epoch: string
  readonly fingerprint: string | undefined
}

/** The number of expiries, and of changes, that are remembered for replies that have not arrived yet. */
const MAX_REMEMBERED = 10_000

/** @param now a monotonic clock in milliseconds, the same as that of `sentAt` */
export function createLocalEntries(maxBytes: number, now = () => performance.now()): LocalEntries {
  /** Maps an object to the clock of its latest expiry. An older reply of Redis may arrive after that expiry. */
  const expiredAtClock = new Map<string, number>()
  /** Maps a key to the moment when a change without a clock was received. */
  const changedAt = new Map<string, number>()
  /** Entries from lookups that were sent up to this moment are not kept. */
  let trustedSince = -Infinity
  const cache = createEntryCache<LocalEntry>(maxBytes)

  /** When the record is full, it is cleared, and replies that have not arrived yet are not trusted. */
  function remember<T>(record: Map<string, T>, name: string, value: T) {
    if (record.size >= MAX_REMEMBERED && !record.has(name)) {
      record.clear()
      trustedSince = now()
    }
    record.set(name, value)
  }

  return {
    derived: cache.derived,
    get: (key) => cache.get(key)?.entry,
    getCopy(key) {
      const { entry, epoch, fingerprint } = cache.get(key) ?? {}
      return entry && epoch !== undefined && fingerprint ? { entry, epoch, fingerprint } : undefined
    },
    put(key, entry, { clock, sentAt, epoch, fingerprint }) {
      if (sentAt <= trustedSince || sentAt <= (changedAt.get(key) ?? -Infinity)) return
      if (entry.dependencies.some((object) => (expiredAtClock.get(object) ?? -1) > clock)) return
      cache.set(key, { entry, clock, epoch, fingerprint })
    },
    invalidate(objects, clock) {
      for (const object of objects) {
        remember(expiredAtClock, object, Math.max(expiredAtClock.get(object) ?? 0, clock))
        for (const key of cache.getDependents([object])) {
          const localEntry = cache.peek(key)
          if (localEntry && localEntry.clock < clock) cache.delete(key)
        }
      }
    },
    deleteKeys(keys) {
      for (const key of keys) {
        remember(changedAt, key, now())
        cache.delete(key)
      }
    },
    clear() {
      cache.clear()
      // The clock of another history may start from zero.
      expiredAtClock.clear()
      changedAt.clear()
      trustedSince = now()
    },
  }
}
