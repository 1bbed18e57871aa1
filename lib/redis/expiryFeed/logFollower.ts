import type { Redis } from 'ioredis'
import { runDetached } from '../../core/runDetached.ts'
import type { Connection } from '../connection/connection.ts'
import { createReconnectingLoop } from '../connection/reconnectingLoop.ts'
import { toContentCacheError } from '../connection/toContentCacheError.ts'
import type { RedisKeys } from '../redisKeys.ts'
import type { LogPosition, LogPositionRecord } from './logPosition.ts'
import { createSilenceWatch } from './silenceWatch.ts'

export interface LogFollower {
  /** Begins to follow. Does nothing when it follows already. */
  start(): void
  /** Continues on a new connection, maybe to another server. The position is not live until that server has answered. */
  reconnect(): void
  /** Stops for good. */
  stop(): void
}

export interface LogFollowerOptions {
  /** Kept up to date by the follower. */
  readonly logPosition: LogPositionRecord
  onExpiry(objects: readonly string[], clock: number, mode: 'expire' | 'refresh'): void
  /** Called when the server has lost expiries of this history. Earlier clocks are then worthless. */
  onHistoryLost?(): void
  /** Called with the clock of the server, even if the expiries up to it were not received. */
  onClock?(epoch: string, clock: number): void
  /** Called when expiries may have been missed. No earlier copy can be trusted. */
  onGap(): void
  /** Called when nothing was received for `maxStalenessMs`, and again for as long as that lasts. */
  onSilence?(error: unknown): void
}

type LogEntry = [id: string, fields: string[]]

/** The longest delay before another attempt. */
const MAX_RETRY_DELAY_MS = 250

/** An id before that of any entry. */
const STREAM_START = '0-0'
/** The maximum number of expiries in one reply. */
const BATCH_SIZE = 1000

/**
 * Follows the stream of expiries with a blocking read. Each expiry advances the clock by one. So a clock that skips or
 * falls back, or another epoch, shows that expiries were missed.
 */
export function createLogFollower(
  connection: Connection,
  keys: RedisKeys,
  { logPosition, onExpiry, onClock, onGap, onHistoryLost, onSilence }: LogFollowerOptions,
): LogFollower {
  const { maxStalenessMs } = logPosition
  const blockMs = Math.max(20, Math.floor(maxStalenessMs / 4))
  let lastId = STREAM_START
  let caughtUpAt = -Infinity
  let state: 'new' | 'running' | 'stopped' = 'new'
  let lastError: unknown
  const silence = createSilenceWatch({
    maxStalenessMs,
    getLastHeardAt: () => logPosition.lastHeardAt,
    onSilence: () => onSilence?.(lastError),
  })
  const loop = createReconnectingLoop({
    scope: 'client',
    connect: () => openClient(connection, maxStalenessMs + 1000),
    prepare: catchUp,
    read: readNext,
    // Local copies need no notification, because the position is no longer live, which shows that the connection is down.
    onFailure: (error) => void (lastError = toContentCacheError(error)),
    retryDelayMs: Math.min(blockMs, MAX_RETRY_DELAY_MS),
  })

  /** Compares the log with the entry that was read last, and reports a gap unless it continues from there. */
  async function catchUp(client: Redis) {
    const sentAt = performance.now()
    const logState = await readLogState(client, keys, lastId)
    // The command may have been sent before the stop.
    if (state === 'stopped') return
    const { isHistoryLost, isContinued } = compareWithLog(logPosition, lastId, logState)
    if (isHistoryLost) onHistoryLost?.()
    onClock?.(logState.epoch, logState.clock)
    caughtUpAt = sentAt
    if (isContinued) {
      if (logState.newestId === lastId) logPosition.confirm(sentAt)
      return
    }
    logPosition.jumpTo(logState)
    lastId = logState.newestId
    logPosition.confirm(sentAt)
    onGap()
  }

  async function readNext(client: Redis) {
    // The reply may be delayed, so it is only as recent as the request.
    const sentAt = performance.now()
    const entries = await readLogEntries(client, keys, lastId, blockMs)
    if (state === 'stopped') return
    for (const [id, fields] of entries) apply(id, fields)
    // More entries may be waiting.
    if (entries.length === BATCH_SIZE) return
    // After a while without entries, or with entries all the time, verifies that this history is still the server's. If
    // no epoch had begun before, one may have begun now.
    if (entries.length === 0 || logPosition.epoch === '' || sentAt - caughtUpAt > blockMs)
      await catchUp(client)
    logPosition.confirm(sentAt)
  }

  function apply(id: string, fields: readonly string[]) {
    lastId = id
    // An entry that cannot be parsed throws here. The clock is not advanced, so the next entry shows a gap.
    const { clock, objects, mode } = parseLogEntry(fields)
    if (clock !== logPosition.clock + 1) onGap()
    logPosition.advance(clock)
    onExpiry(objects, clock, mode)
  }

  return {
    start() {
      if (state !== 'new') return
      state = 'running'
      runDetached(() => silence.start())
      void loop.start()
    },
    reconnect() {
      logPosition.distrust(performance.now())
      loop.reconnect()
    },
    stop() {
      state = 'stopped'
      silence.stop()
      loop.close()
    },
  }
}

function openClient(connection: Connection, timeout: number): Redis {
  return connection.duplicate({ enableOfflineQueue: true, commandTimeout: timeout, socketTimeout: timeout })
}

interface LogState {
  readonly epoch: string
  readonly clock: number
  readonly newestId: string
  /** Whether the log still has the entry that was read last. Ids are not compared: another server may give lower ones. */
  readonly hasLastSeen: boolean
}

/** Reads everything in one transaction, so that it belongs together. */
async function readLogState(client: Redis, keys: RedisKeys, lastId: string): Promise<LogState> {
  const replies = await client
    .multi()
    .get(keys.epoch)
    .get(keys.clock)
    .xrevrange(keys.log, '+', '-', 'COUNT', 1)
    .xrange(keys.log, lastId, lastId)
    .exec()
  const [epoch, clock, [newestEntry], [lastSeenEntry]] = (replies ?? []).map(([error, value]) => {
    if (error) throw error
    return value
  }) as [string | null, string | null, LogEntry[], LogEntry[]]
  return {
    epoch: epoch ?? '',
    clock: Number(clock ?? 0),
    newestId: newestEntry?.[0] ?? STREAM_START,
    hasLastSeen: lastSeenEntry !== undefined || lastId === STREAM_START,
  }
}

async function readLogEntries(
  client: Redis,
  keys: RedisKeys,
  lastId: string,
  blockMs: number,
): Promise<LogEntry[]> {
  const streams = await client.xread('COUNT', BATCH_SIZE, 'BLOCK', blockMs, 'STREAMS', keys.log, lastId)
  return streams?.[0]?.[1] ?? []
}

/** Compares the history that was followed up to `lastId` with the server's log. */
function compareWithLog({ clock, epoch }: LogPosition, lastId: string, logState: LogState) {
  const isSameHistory = clock >= 0 && logState.epoch === epoch
  // With a later clock and nothing to read, the log itself has been lost.
  const isComplete = logState.clock === clock || (logState.clock > clock && logState.newestId !== lastId)
  return {
    /** The server has lost expiries that this process has received. */
    isHistoryLost: isSameHistory && (logState.clock < clock || !logState.hasLastSeen),
    /** All later expiries can be read from the log. */
    isContinued: isSameHistory && logState.hasLastSeen && isComplete,
  }
}

function parseLogEntry(fields: readonly string[]) {
  const entry = new Map<string, string>()
  for (let index = 0; index + 1 < fields.length; index += 2)
    entry.set(fields[index] as string, fields[index + 1] as string)
  return {
    clock: Number(entry.get('c')),
    objects: JSON.parse(entry.get('o') ?? '') as string[],
    mode: entry.get('k') === 'r' ? ('refresh' as const) : ('expire' as const),
  }
}
