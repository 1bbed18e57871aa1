import type { Redis } from 'ioredis'
import { runDetached } from '../../core/runDetached.ts'
import type { Connection } from '../connection/connection.ts'
import { sleepUnref } from '../connection/sleepUnref.ts'
import type { RedisKeys } from '../redisKeys.ts'

const INVALIDATION_CHANNEL = '__redis__:invalidate'

export interface InvalidationTracker {
  /** Whether all that Redis told a moment ago, within the bound, has been heard. */
  isLive(now: number): boolean
  start(): void
  /** On a new line, maybe to another server. */
  reconnect(): void
  /** For good. */
  stop(): void
}

export interface InvalidationTrackerOptions {
  /** Milliseconds without a word from Redis after which local copies are not trusted. */
  readonly maxSilenceMs: number
  onChanged(keys: readonly string[]): void
  /** Something may have been missed: nothing that was copied before can be trusted. */
  onGap(): void
}

/**
 * Hears of every change to an entry that does not go through our log: programs with the 2012 code delete by a
 * plain DEL, and entries die of age. Uses Redis' client tracking in broadcasting mode (RESP2, redirected to
 * the connection that subscribes).
 */
export function createInvalidationTracker(
  connection: Connection,
  keys: RedisKeys,
  { maxSilenceMs, onChanged, onGap }: InvalidationTrackerOptions,
): InvalidationTracker {
  let redis: Redis | undefined
  let lastHeartbeatAt = -Infinity
  /** What was asked until then counts for nothing. */
  let invalidBefore = -Infinity
  let stopped = false
  let connections = 0

  async function trackInvalidations(subscriber: Redis) {
    const current = ++connections
    try {
      const id = String(await subscriber.client('ID'))
      const { fragmentPrefix } = keys
      await subscriber.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', fragmentPrefix)
      await subscriber.subscribe(INVALIDATION_CHANNEL)
      // What was deleted while nobody listened is unknown.
      onGap()
      while (current === connections && subscriber.status === 'ready') {
        // Silence may be a dead line as well. What was told before the answer has come before it.
        const pingSentAt = performance.now()
        await subscriber.ping()
        lastHeartbeatAt = pingSentAt
        await sleepUnref(maxSilenceMs / 4)
      }
    } catch {
      // A server that forbids this would be asked again without end.
      await sleepUnref(maxSilenceMs)
      // Whatever it was, a new connection begins anew; ioredis makes one if this one is not gone already.
      if (current === connections && subscriber.status === 'ready') subscriber.disconnect(true)
    }
  }

  return {
    isLive: (now) => lastHeartbeatAt > invalidBefore && now - lastHeartbeatAt < maxSilenceMs,
    start() {
      if (redis || stopped) return
      const subscriber = connection.duplicate({
        enableOfflineQueue: true,
        commandTimeout: maxSilenceMs + 1000,
        autoResubscribe: false,
        // ioredis passes these messages on in the old protocol only.
        protocol: 2,
      })
      redis = subscriber
      subscriber.on('ready', () => void trackInvalidations(subscriber))
      subscriber.on('messageBuffer', (_channel: Buffer, message: unknown) => {
        // Nothing to name means everything, as after FLUSHALL.
        if (!Array.isArray(message)) return onGap()
        onChanged(message.flatMap((name) => keys.parseFragmentKey(String(name)) ?? []))
      })
      runDetached(() => subscriber.connect()).catch(() => {})
    },
    reconnect() {
      if (stopped) return
      invalidBefore = performance.now()
      runDetached(() => redis?.disconnect(true))
    },
    stop() {
      stopped = true
      redis?.disconnect()
    },
  }
}
