import type { Redis } from 'ioredis'
import { detached } from '../core/detached.ts'
import type { Connection } from './connection.ts'
import type { RedisKeys } from './keys.ts'
import { pause } from './pause.ts'
import { redisError } from './redisError.ts'
import { createSilenceWatch } from './silenceWatch.ts'

export interface LogFollower {
  /** The last expiry that was applied here; -1 while nothing is known. */
  readonly clock: number
  readonly epoch: string
  /** Whether all that Redis had logged a moment ago, within the bound, has been applied. */
  isLive(now: number): boolean
  /** Begins to follow; does nothing when it does. */
  start(): void
  /** On a new line, maybe to another server: not live until that has told how its log stands. */
  reconnect(): void
  /** For good. */
  stop(): void
}

export interface LogFollowerOptions {
  /** Milliseconds without a word from Redis after which local copies are not trusted. */
  readonly bound: number
  onExpiry(objects: readonly string[], clock: number, how: 'expire' | 'refresh'): void
  /** The server has lost expiries of this history: what was told of it counts for nothing. */
  onLoss?(): void
  /** How far the history is, whether what led there has been told or not. */
  onClock?(epoch: string, clock: number): void
  /** Something was missed: nothing that was copied before can be trusted. */
  onGap(): void
  /** Nothing has been heard for longer than the bound; called again as long as that lasts. */
  onSilence?(error: unknown): void
}

type LogEntry = [id: string, fields: string[]]

/** Milliseconds before another try. */
const PAUSE = 250

/** Comes before the id of any entry. */
const NOTHING = '0-0'
/** Expiries in one reply. */
const AT_ONCE = 1000

/**
 * Follows the stream of expiries with a blocking read. Each advances the clock by one, so a clock that skips
 * or falls back, or another epoch, shows that something was missed.
 */
export function createLogFollower(
  connection: Connection,
  keys: RedisKeys,
  { bound, onExpiry, onClock, onGap, onLoss, onSilence }: LogFollowerOptions,
): LogFollower {
  const block = Math.max(20, Math.floor(bound / 4))
  let redis: Redis | undefined
  let clock = -1
  let epoch = ''
  let lastId = NOTHING
  let heard = -Infinity
  let caughtUp = -Infinity
  /** What was asked until then counts for nothing. Not silence: `heard` stays as it is. */
  let distrusted = -Infinity
  let running = false
  let stopped = false
  let lastError: unknown
  const silence = createSilenceWatch({ bound, heard: () => heard, onSilence: () => onSilence?.(lastError) })

  async function follow() {
    while (running) {
      try {
        const link = connectedLink()
        await catchUp(link)
        while (running) await readOn(link)
      } catch (error) {
        // The link is down, and says so by its age. ioredis connects again; what was missed is replayed.
        lastError = redisError(error)
        await pause(Math.min(block, PAUSE))
      }
    }
  }

  function connectedLink(): Redis {
    const timeout = bound + 1000
    redis ??= connection.another({
      enableOfflineQueue: true,
      commandTimeout: timeout,
      socketTimeout: timeout,
    })
    return redis
  }

  /**
   * Sees how the log stands, in one transaction, and begins anew unless it goes on from what was read last.
   * From here on every entry is read.
   */
  async function catchUp(link: Redis) {
    const asked = performance.now()
    const replies = await link
      .multi()
      .get(keys.epoch)
      .get(keys.clock)
      .xrevrange(keys.log, '+', '-', 'COUNT', 1)
      .xrange(keys.log, lastId, lastId)
      .exec()
    // What was under way when it was stopped.
    if (!running) return
    const [epochNow, clockNow, [top], [ours]] = (replies ?? []).map(([error, value]) => {
      if (error) throw error
      return value
    }) as [string | null, string | null, LogEntry[], LogEntry[]]
    const now = { epoch: epochNow ?? '', clock: Number(clockNow ?? 0), lastId: top?.[0] ?? NOTHING }
    const sameHistory = clock >= 0 && now.epoch === epoch
    // The ids of another server may lie before ours or after; what counts is whether it has that one.
    const hasOurs = ours !== undefined || lastId === NOTHING
    if (sameHistory && (now.clock < clock || !hasOurs)) onLoss?.()
    onClock?.(now.epoch, now.clock)
    const goesOn = sameHistory && hasOurs
    // With a later clock and nothing to read, the log itself has been lost.
    const isComplete = now.clock === clock || (now.clock > clock && now.lastId !== lastId)
    caughtUp = asked
    if (goesOn && isComplete) {
      if (now.lastId === lastId) heard = asked
      return
    }
    ;({ epoch, clock, lastId } = now)
    heard = asked
    onGap()
  }

  async function readOn(link: Redis) {
    // A reply may have been long on its way; what it tells is as old as the question at most.
    const asked = performance.now()
    const streams = await link.xread('COUNT', AT_ONCE, 'BLOCK', block, 'STREAMS', keys.log, lastId)
    if (!running) return
    const entries = streams?.[0]?.[1] ?? []
    for (const [id, fields] of entries) apply(id, fields)
    // There may be more.
    if (entries.length === AT_ONCE) return
    // Nothing was logged for a while, or too much to tell: see that the history is still the one we follow. One
    // that had not begun may have.
    if (entries.length === 0 || epoch === '' || asked - caughtUp > block) await catchUp(link)
    heard = Math.max(heard, asked)
  }

  function apply(id: string, fields: readonly string[]) {
    const entry = new Map<string, string>()
    for (let index = 0; index + 1 < fields.length; index += 2)
      entry.set(fields[index] as string, fields[index + 1] as string)
    const next = Number(entry.get('c'))
    lastId = id
    // What cannot be read leaves the clock behind, which is then found to be a gap.
    const objects = JSON.parse(entry.get('o') ?? '') as string[]
    if (next !== clock + 1) onGap()
    clock = next
    onExpiry(objects, next, entry.get('k') === 'r' ? 'refresh' : 'expire')
  }

  return {
    get clock() {
      return clock
    },
    get epoch() {
      return epoch
    },
    isLive: (now) => clock >= 0 && heard > distrusted && now - heard < bound,
    start() {
      if (running || stopped) return
      running = true
      detached(() => {
        silence.start()
        void follow()
      })
    },
    reconnect() {
      if (stopped) return
      distrusted = performance.now()
      detached(() => redis?.disconnect(true))
    },
    stop() {
      running = false
      stopped = true
      silence.stop()
      redis?.disconnect()
    },
  }
}
