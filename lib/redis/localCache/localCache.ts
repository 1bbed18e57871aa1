import type { DerivedValues, Entry, Lookup, LookupRequest, SyncLookup } from '../../core/fragmentStore.ts'
import { isRecordedObject } from '../../core/isRecordedObject.ts'
import type { Connection } from '../connection/connection.ts'
import type { LogPosition } from '../expiryFeed/logPosition.ts'
import type { RedisKeys } from '../redisKeys.ts'
import type { EntryCopy, ReadSnapshot } from '../store/lookup.ts'
import { isAffected, type PendingExpiries } from '../store/pendingExpiries.ts'
import type { ServerTime } from '../store/serverTime.ts'
import { createInvalidationTracker } from './invalidationTracker.ts'
import { createLocalEntries } from './localEntries.ts'
import { createLocalExpiries, type ExpiriesSnapshot } from './localExpiries.ts'

export interface LocalCacheOptions {
  /** Bytes that local copies and the values derived from them may take. */
  readonly maxBytes: number
  /** Whether each request asks Redis once for expiries that have not reached this process yet. */
  readonly strict: boolean
}

export interface LocalCacheParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly time: ServerTime
  readonly logPosition: LogPosition
  readonly pendingExpiries: PendingExpiries
}

/** Copies of entries in this process. */
export interface LocalCache {
  /** Returns an answer for each request that a copy can answer, and undefined for the others. */
  read(requests: readonly LookupRequest[]): Promise<(Lookup | undefined)[]>
  /** As `read` for one key. Returns undefined when an answer needs a request to Redis. */
  getSync(key: string): SyncLookup | undefined
  put(key: string, entry: Entry, snapshot: ReadSnapshot): void
  /** The copy of any age, for a comparison with the entry in Redis. */
  getCopy(key: string): EntryCopy | undefined
  readonly derived: DerivedValues
  /** Returns the highest clock at which one of the recorded objects may have been expired, or undefined to ask Redis. */
  getLastExpiry(recorded: readonly string[]): number | undefined
  putLastExpiries(recorded: readonly string[], snapshot: ExpiriesSnapshot & { readonly epoch: string }): void
  /**
   * Drops the copies that an expiry or refresh affects. Those of this process are applied at once, before they arrive from
   * the log.
   */
  invalidate(objects: readonly string[], clock: number, mode: 'expire' | 'refresh'): void
  /** Drops all copies, because expiries may have been missed. */
  clear(): void
  /** Serves no copies until a new connection tracks changes and has answered. */
  reconnect(): void
  close(): void
}

export function createLocalCache(
  { connection, keys, time, logPosition, pendingExpiries }: LocalCacheParts,
  options: LocalCacheOptions,
): LocalCache {
  const localEntries = createLocalEntries(options.maxBytes)
  const localExpiries = createLocalExpiries()
  const invalidationTracker = createInvalidationTracker(connection, keys, {
    maxStalenessMs: logPosition.maxStalenessMs,
    onChanged: localEntries.deleteKeys,
    onGap: localEntries.clear,
  })
  const checks = new WeakMap<object, Promise<boolean>>()

  /** Whether the option `consistency` lets copies answer this request. In eventual mode it always does. */
  function isAllowedByConsistency(scope: object | undefined): Promise<boolean> {
    if (!options.strict) return Promise.resolve(true)
    if (scope === undefined) return compareClocks()
    let check = checks.get(scope)
    if (check === undefined) checks.set(scope, (check = compareClocks()))
    return check
  }

  /** @returns whether this process has applied all expiries that Redis has */
  async function compareClocks(): Promise<boolean> {
    try {
      const [epoch, clock] = await connection.runThroughBreaker((redis) => redis.mget(keys.epoch, keys.clock))
      // A lower clock is no better than a higher one: it belongs to another history.
      return epoch === logPosition.epoch && Number(clock ?? 0) === logPosition.clock
    } catch {
      return false
    }
  }

  function isLive(): boolean {
    const now = performance.now()
    return time.isSynced(now) && logPosition.isLive(now) && invalidationTracker.isLive(now)
  }

  function getFreshEntry(key: string, now: number): Entry | undefined {
    const entry = localEntries.get(key)
    if (entry === undefined || now >= entry.staleAt) return undefined
    return isAffected(entry.dependencies, pendingExpiries.list()) ? undefined : entry
  }

  return {
    async read(requests) {
      invalidationTracker.start()
      const nothing = requests.map(() => undefined)
      if (!isLive() || requests.every(({ shared }) => shared)) return nothing
      const isAllowed = await Promise.all(
        requests.map(({ shared, requestScope }) => !shared && isAllowedByConsistency(requestScope)),
      )
      // The connection may have been lost since.
      if (!isLive()) return nothing
      const now = time.at(performance.now())
      return requests.map(({ key }, index) => {
        const entry = isAllowed[index] ? getFreshEntry(key, now) : undefined
        return entry && { now, token: undefined, requiredToken: undefined, entry, markedStale: false }
      })
    },
    getSync(key) {
      if (options.strict || !isLive()) return undefined
      const now = time.at(performance.now())
      const entry = getFreshEntry(key, now)
      return entry && { now, entry, isLocalCopy: true }
    },
    getCopy: localEntries.getCopy,
    put(key, entry, { epoch, clock, sentAt, fingerprint }) {
      // Copies from a history that is not followed would never be dropped.
      if (isLive() && epoch === logPosition.epoch)
        localEntries.put(key, entry, { clock, sentAt, epoch, fingerprint })
    },
    derived: localEntries.derived,
    getLastExpiry(recorded) {
      if (options.strict || !logPosition.isLive(performance.now())) return undefined
      return localExpiries.getLast(recorded)
    },
    putLastExpiries(recorded, snapshot) {
      if (logPosition.isLive(performance.now()) && snapshot.epoch === logPosition.epoch)
        localExpiries.put(recorded, snapshot)
    },
    invalidate(objects, clock, mode) {
      localEntries.invalidate(objects, clock)
      if (mode === 'expire') localExpiries.record(objects.filter(isRecordedObject), clock)
    },
    clear() {
      localEntries.clear()
      localExpiries.clear()
    },
    reconnect() {
      // The next server may have another history.
      localExpiries.clear()
      invalidationTracker.reconnect()
    },
    close() {
      invalidationTracker.stop()
      localEntries.clear()
      localExpiries.clear()
    },
  }
}
