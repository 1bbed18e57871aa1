import { randomUUID } from 'node:crypto'
import { createEntryCache } from '../core/entryCache.ts'
import { sizeOf } from '../core/entrySize.ts'
import { contentCacheError } from '../core/errors.ts'
import { ownBytes } from '../core/ownBytes.ts'
import { processWide } from '../core/processWide.ts'
import { show } from '../core/show.ts'
import type { Entry, FragmentStore } from '../core/store.ts'
import { createHistory } from './history.ts'
import { createLeases } from './leases.ts'

export interface MemoryStoreOptions {
  /**
   * Bytes that entries, their index and their decoded trees may take together, estimated. Default 64 MiB. The
   * memory of expiries comes on top: 20,000 at most.
   */
  readonly maxBytes?: number
  /**
   * Stores of one name are one store, in every bundle of the process, and have one size. Without a name,
   * stores of the same settings are one store. `false` makes a store of its own.
   */
  readonly name?: string | false
  /** Milliseconds for which expiries are remembered, so the longest that a fill may take. Default 10 minutes. */
  readonly retention?: number
  /** The clock, in milliseconds, never going back; for tests. */
  readonly now?: () => number
}

const MEBIBYTE = 1024 * 1024

/**
 * Keeps fragments in this process, the least recently used going first when `maxBytes` is reached.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example createContentCache({ store: memoryStore({ maxBytes: 256 * 1024 * 1024 }) })
 */
export function memoryStore(options: MemoryStoreOptions = {}): FragmentStore {
  const {
    maxBytes = 64 * MEBIBYTE,
    retention = 600_000,
    name = `${maxBytes} bytes, ${retention} ms`,
  } = options
  if (!Number.isSafeInteger(maxBytes) || maxBytes <= 0)
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'maxBytes',
      `must be a whole number of bytes above 0, but is ${show(maxBytes)}`,
    ])
  if (typeof retention !== 'number' || !(retention > 0))
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'retention',
      `must be a number of milliseconds above 0, but is ${show(retention)}`,
    ])
  const create = () => createMemoryStore(maxBytes, retention, options.now ?? monotonicNow)
  if (name === false) return create()
  const named = processWide(`memory.${name}`, () => ({ store: create(), maxBytes, retention }))
  if (named.maxBytes !== maxBytes || named.retention !== retention)
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'name',
      `${show(name)} is taken by a store of ${named.maxBytes} bytes and ${named.retention} ms: make it once, or name the other differently`,
    ])
  return named.store
}

/** Unlike `Date.now()` it does not jump when somebody sets the machine's time. */
function monotonicNow(): number {
  return performance.timeOrigin + performance.now()
}

interface Stored {
  readonly entry: Entry
  refreshed: boolean
}

function createMemoryStore(maxBytes: number, retention: number, now: () => number): FragmentStore {
  const newHistory = () => createHistory(randomUUID(), { retention, maxStamps: 20_000, maxTicks: 100_000 })
  let history = newHistory()
  const leases = createLeases()
  const fragments = createEntryCache<Stored>(maxBytes)

  return {
    kind: 'memory',
    async lookup(requests) {
      const time = now()
      const current = history.current()
      return requests.map(({ key, age }) => {
        const stored = fragments.get(key)
        if (stored && time >= stored.entry.goneAt) fragments.delete(key)
        return {
          now: time,
          token: history.token(time, age),
          current,
          entry: stored?.entry,
          refreshed: stored?.refreshed ?? false,
        }
      })
    },
    lookupNow(key) {
      const stored = fragments.get(key)
      const time = now()
      if (stored === undefined || stored.refreshed || time >= stored.entry.staleAt) return undefined
      return { now: time, entry: stored.entry, local: false }
    },
    derived: fragments.derived,
    async commit(key, entry, token) {
      const verdict = history.check(token, entry.dependencies)
      if (verdict !== 'unchanged') return verdict
      if (sizeOf(key, entry) > maxBytes) return 'too-large'
      fragments.set(key, { entry: { ...entry, payload: ownBytes(entry.payload) }, refreshed: false })
      return 'committed'
    },
    async expire(objects) {
      history.stamp(objects, now())
      const keys = fragments.dependants(objects)
      for (const key of keys) fragments.delete(key)
      return keys.size
    },
    async refresh(objects) {
      history.stamp(objects, now())
      const keys = fragments.dependants(objects)
      for (const key of keys) {
        const stored = fragments.peek(key)
        if (stored) stored.refreshed = true
      }
      return keys.size
    },
    async lease(key, { current, absent }, milliseconds) {
      if (absent && fragments.has(key)) return undefined
      return leases.take(key, current, now(), milliseconds)
    },
    async release(key, lease) {
      leases.release(key, lease)
    },
    settled: leases.settled,
    async dependants(object) {
      return [...fragments.dependants([object])]
    },
    async clear() {
      // Another epoch: a fill under way must not put back what is cleared now.
      history = newHistory()
      fragments.clear()
      leases.clear()
    },
    async close() {},
  }
}
