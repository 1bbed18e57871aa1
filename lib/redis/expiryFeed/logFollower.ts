import type { Redis } from 'ioredis'
import { runDetached } from '../../core/runDetached.ts'
import type { Connection } from '../connection/connection.ts'
import { sleepUnref } from '../connection/sleepUnref.ts'
import { toContentCacheError } from '../connection/toContentCacheError.ts'
import type { RedisKeys } from '../redisKeys.ts'
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
  readonly maxSilenceMs: number
  onExpiry(objects: readonly string[], clock: number, mode: 'expire' | 'refresh'): void
  /** The server has lost expiries of this history: what was told of it counts for nothing. */
  onHistoryLost?(): void
  /** How far the history is, whether what led there has been told or not. */
  onClock?(epoch: string, clock: number): void
  /** Something was missed: nothing that was copied before can be trusted. */
  onGap(): void
  /** Nothing has been heard for longer than the bound; called again as long as that lasts. */
  onSilence?(error: unknown): void
}

type LogEntry = [id: string, fields: string[]]

/** Milliseconds before another try. */
const RETRY_DELAY_MS = 250

/** Comes before the id of any entry. */
const STREAM_START = '0-0'
/** Expiries in one reply. */
const BATCH_SIZE = 1000

/**
 * Follows the stream of expiries with a blocking read. Each advances the clock by one, so a clock that skips
 * or falls back, or another epoch, shows that something was missed.
 */
export function createLogFollower(
  connection: Connection,
  keys: RedisKeys,
  { maxSilenceMs, onExpiry, onClock, onGap, onHistoryLost, onSilence }: LogFollowerOptions,
): LogFollower {
  const block = Math.max(20, Math.floor(maxSilenceMs / 4))
  let redis: Redis | undefined
  let clock = -1
  let epoch = ''
  let lastId = STREAM_START
  let lastHeardAt = -Infinity
  let caughtUpAt = -Infinity
  /** What was asked until then counts for nothing. Not silence: `heard` stays as it is. */
  let invalidBefore = -Infinity
  let running = false
  let stopped = false
  let lastError: unknown
  const silence = createSilenceWatch({
    maxSilenceMs,
    getLastHeardAt: () => lastHeardAt,
    onSilence: () => onSilence?.(lastError),
  })

  async function followLog() {
    while (running) {
      try {
        const client = getClient()
        await catchUp(client)
        while (running) await readNext(client)
      } catch (error) {
        // The link is down, and says so by its age. ioredis connects again; what was missed is replayed.
        lastError = toContentCacheError(error)
        await sleepUnref(Math.min(block, RETRY_DELAY_MS))
      }
    }
  }

  function getClient(): Redis {
    const timeout = maxSilenceMs + 1000
    redis ??= connection.duplicate({
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
  async function catchUp(client: Redis) {
    const sentAt = performance.now()
    const replies = await client
      .multi()
      .get(keys.epoch)
      .get(keys.clock)
      .xrevrange(keys.log, '+', '-', 'COUNT', 1)
      .xrange(keys.log, lastId, lastId)
      .exec()
    // What was under way when it was stopped.
    if (!running) return
    const [epochNow, clockNow, [newestEntry], [lastSeenEntry]] = (replies ?? []).map(([error, value]) => {
      if (error) throw error
      return value
    }) as [string | null, string | null, LogEntry[], LogEntry[]]
    const now = {
      epoch: epochNow ?? '',
      clock: Number(clockNow ?? 0),
      lastId: newestEntry?.[0] ?? STREAM_START,
    }
    const isSameHistory = clock >= 0 && now.epoch === epoch
    // The ids of another server may lie before ours or after; what counts is whether it has that one.
    const hasLastSeenEntry = lastSeenEntry !== undefined || lastId === STREAM_START
    if (isSameHistory && (now.clock < clock || !hasLastSeenEntry)) onHistoryLost?.()
    onClock?.(now.epoch, now.clock)
    const isContinuous = isSameHistory && hasLastSeenEntry
    // With a later clock and nothing to read, the log itself has been lost.
    const isComplete = now.clock === clock || (now.clock > clock && now.lastId !== lastId)
    caughtUpAt = sentAt
    if (isContinuous && isComplete) {
      if (now.lastId === lastId) lastHeardAt = sentAt
      return
    }
    ;({ epoch, clock, lastId } = now)
    lastHeardAt = sentAt
    onGap()
  }

  async function readNext(client: Redis) {
    // A reply may have been long on its way; what it tells is as old as the question at most.
    const sentAt = performance.now()
    const streams = await client.xread('COUNT', BATCH_SIZE, 'BLOCK', block, 'STREAMS', keys.log, lastId)
    if (!running) return
    const entries = streams?.[0]?.[1] ?? []
    for (const [id, fields] of entries) apply(id, fields)
    // There may be more.
    if (entries.length === BATCH_SIZE) return
    // Nothing was logged for a while, or too much to tell: see that the history is still the one we follow. One
    // that had not begun may have.
    if (entries.length === 0 || epoch === '' || sentAt - caughtUpAt > block) await catchUp(client)
    lastHeardAt = Math.max(lastHeardAt, sentAt)
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
    isLive: (now) => clock >= 0 && lastHeardAt > invalidBefore && now - lastHeardAt < maxSilenceMs,
    start() {
      if (running || stopped) return
      running = true
      runDetached(() => {
        silence.start()
        void followLog()
      })
    },
    reconnect() {
      if (stopped) return
      invalidBefore = performance.now()
      runDetached(() => redis?.disconnect(true))
    },
    stop() {
      running = false
      stopped = true
      silence.stop()
      redis?.disconnect()
    },
  }
}
