import { createEntryCache } from '../../core/entryCache.ts'
import type { DerivedValues, Entry } from '../../core/fragmentStore.ts'

/** Entries kept in this process, above Redis. Clocks are those of the store's expiries. */
export interface LocalEntries {
  get(key: string): Entry | undefined
  /** Keeps what a lookup brought, unless something has happened since that it cannot show. */
  put(key: string, entry: Entry, lookup: { clock: number; sentAt: number }): void
  /** Drops what shows one of the objects, unless it was handed out after `clock`. */
  invalidate(objects: readonly string[], clock: number): void
  /** Somebody changed or deleted these. */
  deleteKeys(keys: readonly string[]): void
  /** Something was missed: nothing that has been asked for until now can be trusted. */
  clear(): void
  readonly derived: DerivedValues
}

interface LocalEntry {
  readonly entry: Entry
  readonly clock: number
}

/** Of each kind of news, as many as are remembered for replies that are still on their way. */
const MAX_REMEMBERED = 10_000

/** @param now monotonic, in milliseconds; the clock of `sentAt` */
export function createLocalEntries(maxBytes: number, now = () => performance.now()): LocalEntries {
  /** Object to the clock of its latest expiry: replies that Redis gave before it may come after it. */
  const expiredAtClock = new Map<string, number>()
  /** Key to the moment we heard of a change that has no clock. */
  const changedAt = new Map<string, number>()
  /** What was asked for until then is not kept. */
  let trustedSince = -Infinity
  const cache = createEntryCache<LocalEntry>(maxBytes)

  /** Rather than remember without end, trusts no reply that is on its way now. */
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
    put(key, entry, { clock, sentAt }) {
      if (sentAt <= trustedSince || sentAt <= (changedAt.get(key) ?? -Infinity)) return
      if (entry.dependencies.some((object) => (expiredAtClock.get(object) ?? -1) > clock)) return
      cache.set(key, { entry, clock })
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
      // Another history may count from the beginning.
      expiredAtClock.clear()
      changedAt.clear()
      trustedSince = now()
    },
  }
}
