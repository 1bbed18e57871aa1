import { randomUUID } from 'node:crypto'
import { checkNumberOption, RETENTION_SECONDS } from '../core/checkNumberOption.ts'
import { checkOptionNames, checkOptionsObject, type OptionNames } from '../core/checkOptionNames.ts'
import { detachBytes } from '../core/detachBytes.ts'
import { createEntryCache } from '../core/entryCache.ts'
import { createContentCacheError } from '../core/errors.ts'
import { estimateEntrySize } from '../core/estimateEntrySize.ts'
import { formatValue } from '../core/formatValue.ts'
import type { Entry, FragmentStore, LeaseReply } from '../core/fragmentStore.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { MEBIBYTE } from '../core/mebibyte.ts'
import { monotonicNow } from '../core/monotonicNow.ts'
import { RETENTION_MS } from '../core/protocol.gen.ts'
import { runDetached } from '../core/runDetached.ts'
import { createExpiryFence } from './expiryFence.ts'
import { createLeases } from './leases.ts'
import { createRecordedExpiries } from './recordedExpiries.ts'

/** Options of `memoryStore`. */
export interface MemoryStoreOptions {
  /**
   * Bytes that entries, their index and their decoded trees may take together, estimated. Default 64 MiB. The
   * history of expiries is not included. It holds at most 20,000 objects, 10,000 paths of Next, and 100,000 moments.
   */
  readonly maxBytes?: number
  /**
   * Stores with the same name are one store in every bundle of the process, and must have the same settings. Without a
   * name, stores with the same settings are one store. `false` creates a separate store.
   */
  readonly name?: string | false
  /**
   * Seconds for which expiries are kept, and so the longest that a fill may take. Default 10 minutes, at most a day.
   */
  readonly retention?: number
  /** For tests: a monotonic clock in milliseconds. */
  readonly now?: () => number
}

const OPTION_NAMES = {
  maxBytes: true,
  name: true,
  retention: true,
  now: true,
} satisfies OptionNames<MemoryStoreOptions>

/**
 * Keeps fragments in this process. When `maxBytes` is reached, the least recently used go first.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example createContentCache({ store: memoryStore({ maxBytes: 256 * 1024 * 1024 }) })
 */
export function memoryStore(options: MemoryStoreOptions = {}): FragmentStore {
  checkOptionsObject('memoryStore', options, '{ maxBytes: 256 * 1024 * 1024 }')
  checkOptionNames(options, OPTION_NAMES)
  const {
    maxBytes = 64 * MEBIBYTE,
    retention = RETENTION_MS / 1000,
    name = `${maxBytes} bytes, ${retention} s`,
  } = options
  checkNumberOption('maxBytes', maxBytes, { unit: 'bytes', isWhole: true })
  checkNumberOption('retention', retention, RETENTION_SECONDS)
  const create = () => createMemoryStore(maxBytes, retention * 1000, options.now ?? monotonicNow)
  if (name === false) return create()
  const named = getGlobalSingleton(`memory.${name}`, () => ({ store: create(), maxBytes, retention }))
  if (named.maxBytes !== maxBytes || named.retention !== retention)
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'name',
      `${formatValue(name)} is taken by a store with ${named.maxBytes} bytes and ${named.retention} s: create it once, or choose another name`,
    ])
  return named.store
}

interface Stored {
  /** As it was committed, except that a refresh may move `discardAt` to an earlier time. */
  entry: Entry
  markedStale: boolean
}

function createMemoryStore(maxBytes: number, retentionMs: number, now: () => number): FragmentStore {
  const createFence = () =>
    // Outside the request, because a prerender fails when code reads a random number.
    createExpiryFence(runDetached(randomUUID), { retentionMs, maxStamps: 20_000, maxTicks: 100_000 })
  let fence = createFence()
  let recordedExpiries = createRecordedExpiries()
  const leases = createLeases()
  const fragments = createEntryCache<Stored>(maxBytes)

  return {
    kind: 'memory',
    isLocal: true,
    lookup(requests) {
      const time = now()
      const requiredToken = fence.getCurrentToken()
      return requests.map(({ key, ageMs, leaseMs }) => {
        const stored = fragments.get(key)
        // The entry is still returned, because its `discardAt` is the reason that the miss reports.
        if (stored && time >= stored.entry.discardAt) fragments.delete(key)
        return {
          now: time,
          token: fence.getToken(time, ageMs),
          requiredToken,
          entry: stored?.entry,
          markedStale: stored?.markedStale ?? false,
          ...(stored === undefined && leaseMs !== undefined && { lease: acquire(key, time, leaseMs) }),
        }
      })

      function acquire(key: string, time: number, milliseconds: number): LeaseReply {
        const lease = leases.acquire(key, requiredToken, time, milliseconds)
        return lease === undefined ? { isGranted: false } : { isGranted: true, lease }
      }
    },
    lookupSync(key) {
      const stored = fragments.get(key)
      const time = now()
      if (stored === undefined || stored.markedStale || time >= stored.entry.staleAt) return undefined
      return { now: time, entry: stored.entry, isLocalCopy: false }
    },
    derived: fragments.derived,
    commit(key, entry, token) {
      const verdict = fence.check(token, entry.dependencies)
      if (verdict !== 'unchanged') return verdict
      if (estimateEntrySize(key, entry) > maxBytes) return 'too-large'
      fragments.set(key, { entry: { ...entry, payload: detachBytes(entry.payload) }, markedStale: false })
      return 'committed'
    },
    async expire(objects) {
      fence.stamp(objects, now())
      recordedExpiries.record(objects, fence.getCurrentToken().clock)
      const keys = fragments.getDependents(objects)
      for (const key of keys) fragments.delete(key)
      return keys.size
    },
    async refresh(objects, _progress, { discardAfterMs = Infinity } = {}) {
      const time = now()
      fence.stamp(objects, time)
      const keys = fragments.getDependents(objects)
      for (const key of keys) {
        const stored = fragments.peek(key)
        if (stored === undefined) continue
        stored.markedStale = true
        const discardAt = Math.min(stored.entry.discardAt, time + discardAfterMs)
        stored.entry = { ...stored.entry, discardAt }
      }
      return keys.size
    },
    getLastExpiry: (objects) => recordedExpiries.getLast(objects),
    async lease(key, { requiredToken, wasMiss }, milliseconds) {
      if (wasMiss && fragments.has(key)) return undefined
      return leases.acquire(key, requiredToken, now(), milliseconds)
    },
    async release(heldLeases) {
      for (const { key, lease } of heldLeases) leases.release(key, lease)
    },
    waitForRelease: leases.waitForRelease,
    async getDependents(object) {
      return [...fragments.getDependents([object])]
    },
    async clear() {
      // Another epoch: fills in progress must not store their fragments again.
      fence = createFence()
      recordedExpiries = createRecordedExpiries()
      fragments.clear()
      leases.clear()
    },
    async close() {},
  }
}
