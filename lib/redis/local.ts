import type { AtHand, DerivedValues, Entry, Lookup, LookupRequest } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { createDeletions } from './deletions.ts'
import type { RedisKeys } from './keys.ts'
import { createLocalCopies } from './localCopies.ts'
import type { LogFollower } from './logFollower.ts'
import type { Seen } from './lookup.ts'
import type { ServerTime } from './serverTime.ts'

export interface LocalOptions {
  /** Bytes that local copies and what is derived from them may take. */
  readonly maxBytes: number
  /** Milliseconds without a word from Redis after which local copies are not served. */
  readonly bound: number
  /** Asks Redis once per request whether an expiry has not reached this process yet. */
  readonly strict: boolean
}

export interface LocalParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly time: ServerTime
  readonly follower: LogFollower
}

/** Copies in this process of what Redis holds. */
export interface Local {
  /** An answer for each request that a copy can answer. */
  read(requests: readonly LookupRequest[]): Promise<(Lookup | undefined)[]>
  /** The same for one key, where nobody has to be asked. */
  readNow(key: string): AtHand | undefined
  keep(key: string, entry: Entry, seen: Seen): void
  readonly derived: DerivedValues
  /** After an expiry; one of our own at once, without waiting to hear of it. */
  drop(objects: readonly string[], clock: number): void
  /** Something was missed: no copy can be trusted. */
  clear(): void
  /** Hears of deletions on a new line only. */
  reconnect(): void
  close(): void
}

export function createLocal({ connection, keys, time, follower }: LocalParts, options: LocalOptions): Local {
  const copies = createLocalCopies(options.maxBytes)
  const { bound } = options
  const deletions = createDeletions(connection, keys, {
    bound,
    onChanged: copies.forget,
    onGap: copies.clear,
  })
  const checks = new WeakMap<object, Promise<boolean>>()

  function isUpToDate(scope: object | undefined): Promise<boolean> {
    if (!options.strict) return Promise.resolve(true)
    if (scope === undefined) return check()
    let checked = checks.get(scope)
    if (checked === undefined) checks.set(scope, (checked = check()))
    return checked
  }

  async function check(): Promise<boolean> {
    try {
      const [epoch, clock] = await connection.forReading((redis) => redis.mget(keys.epoch, keys.clock))
      // Less than is known here would be another history.
      return epoch === follower.epoch && Number(clock ?? 0) === follower.clock
    } catch {
      return false
    }
  }

  function isLive(): boolean {
    const now = performance.now()
    return time.isKnown(now) && follower.isLive(now) && deletions.isLive(now)
  }

  function copyAt(key: string, now: number): Entry | undefined {
    const entry = copies.get(key)
    return entry && now < entry.staleAt ? entry : undefined
  }

  return {
    async read(requests) {
      follower.start()
      deletions.start()
      const nothing = requests.map(() => undefined)
      if (!isLive() || requests.every(({ shared }) => shared)) return nothing
      const allowed = await Promise.all(requests.map(({ shared, scope }) => !shared && isUpToDate(scope)))
      // Asking took time in which the link may have gone.
      if (!isLive()) return nothing
      const now = time.at(performance.now())
      return requests.map(({ key }, index) => {
        const entry = allowed[index] ? copyAt(key, now) : undefined
        return entry && { now, token: undefined, current: undefined, entry, refreshed: false }
      })
    },
    readNow(key) {
      if (options.strict || !isLive()) return undefined
      const now = time.at(performance.now())
      const entry = copyAt(key, now)
      return entry && { now, entry, local: true }
    },
    keep(key, entry, { epoch, clock, sent }) {
      // Copies of another history than the one we follow would never be dropped.
      if (isLive() && epoch === follower.epoch) copies.put(key, entry, { clock, sent })
    },
    derived: copies.derived,
    drop: copies.drop,
    clear: copies.clear,
    reconnect: deletions.reconnect,
    close() {
      deletions.stop()
      copies.clear()
    },
  }
}
