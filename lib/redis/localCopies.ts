import { createEntryCache } from '../core/entryCache.ts'
import type { DerivedValues, Entry } from '../core/store.ts'

/** Entries kept in this process, above Redis. Clocks are those of the store's expiries. */
export interface LocalCopies {
  get(key: string): Entry | undefined
  /** Keeps what a lookup brought, unless something has happened since that it cannot show. */
  put(key: string, entry: Entry, lookup: { clock: number; sent: number }): void
  /** Drops what shows one of the objects, unless it was handed out after `clock`. */
  drop(objects: readonly string[], clock: number): void
  /** Somebody changed or deleted these. */
  forget(keys: readonly string[]): void
  /** Something was missed: nothing that has been asked for until now can be trusted. */
  clear(): void
  readonly derived: DerivedValues
}

interface Copy {
  readonly entry: Entry
  readonly clock: number
}

/** Of each kind of news, as many as are remembered for replies that are still on their way. */
const REMEMBERED = 10_000

/** @param now monotonic, in milliseconds; what `sent` is on */
export function createLocalCopies(maxBytes: number, now = () => performance.now()): LocalCopies {
  /** Object to the clock of its latest expiry: replies that Redis gave before it may come after it. */
  const expired = new Map<string, number>()
  /** Key to the moment we heard of a change that has no clock. */
  const changed = new Map<string, number>()
  /** What was asked for until then is not kept. */
  let trustedSince = -Infinity
  const copies = createEntryCache<Copy>(maxBytes)

  /** Rather than remember without end, trusts no reply that is on its way now. */
  function remember<T>(news: Map<string, T>, name: string, value: T) {
    if (news.size >= REMEMBERED && !news.has(name)) {
      news.clear()
      trustedSince = now()
    }
    news.set(name, value)
  }

  return {
    derived: copies.derived,
    get: (key) => copies.get(key)?.entry,
    put(key, entry, { clock, sent }) {
      if (sent <= trustedSince || sent <= (changed.get(key) ?? -Infinity)) return
      if (entry.dependencies.some((object) => (expired.get(object) ?? -1) > clock)) return
      copies.set(key, { entry, clock })
    },
    drop(objects, clock) {
      for (const object of objects) {
        remember(expired, object, Math.max(expired.get(object) ?? 0, clock))
        for (const key of copies.dependants([object])) {
          const copy = copies.peek(key)
          if (copy && copy.clock < clock) copies.delete(key)
        }
      }
    },
    forget(keys) {
      for (const key of keys) {
        remember(changed, key, now())
        copies.delete(key)
      }
    },
    clear() {
      copies.clear()
      // Another history may count from the beginning.
      expired.clear()
      changed.clear()
      trustedSince = now()
    },
  }
}
