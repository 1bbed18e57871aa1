import type { Redis } from 'ioredis'
import type { Connection } from '../connection/connection.ts'
import { createReconnectingLoop } from '../connection/reconnectingLoop.ts'
import { sleepUnref } from '../connection/retryLoop.ts'
import type { RedisKeys } from '../redisKeys.ts'

const INVALIDATION_CHANNEL = '__redis__:invalidate'

export interface InvalidationTracker {
  /** Whether all changes were received that are older than `maxStalenessMs`. */
  isLive(now: number): boolean
  start(): void
  /** Continues on a new connection, maybe to another server. The tracker is not live until that server has answered. */
  reconnect(): void
  /** Stops for good. */
  stop(): void
}

export interface InvalidationTrackerOptions {
  /** Milliseconds without an answer from Redis after which local copies are not trusted. */
  readonly maxStalenessMs: number
  /** @param keys of the changed fragments */
  onChanged(keys: readonly string[]): void
  /** Called when changes may have been missed. No earlier copy can be trusted. */
  onGap(): void
}

/**
 * Receives changes to entries that are not in the log of expiries: programs with the 2012 code use a plain DEL, and
 * entries reach their TTL. Uses Redis' client tracking in broadcasting mode (RESP2, redirected to the same connection).
 */
export function createInvalidationTracker(
  connection: Connection,
  keys: RedisKeys,
  { maxStalenessMs, onChanged, onGap }: InvalidationTrackerOptions,
): InvalidationTracker {
  let lastHeartbeatAt = -Infinity
  /** Pings that were sent up to this moment do not count, because another server may have answered them. */
  let distrustedUntil = -Infinity
  let isStopped = false
  const loop = createReconnectingLoop({
    scope: 'connection',
    connect: openSubscriber,
    async prepare(subscriber) {
      const id = String(await subscriber.client('ID'))
      const { fragmentPrefix } = keys
      await subscriber.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', fragmentPrefix)
      await subscriber.subscribe(INVALIDATION_CHANNEL)
      // Deletions before the subscription are unknown.
      onGap()
    },
    async read(subscriber) {
      // A connection without messages may be dead. Messages that were sent before the answer have arrived before it.
      const pingSentAt = performance.now()
      await subscriber.ping()
      lastHeartbeatAt = pingSentAt
      await sleepUnref(maxStalenessMs / 4)
    },
    // A server that forbids client tracking must not get requests in a tight loop.
    retryDelayMs: maxStalenessMs,
  })

  function openSubscriber(): Redis {
    const subscriber = connection.duplicate({
      enableOfflineQueue: true,
      commandTimeout: maxStalenessMs + 1000,
      autoResubscribe: false,
      // ioredis passes these messages on in the old protocol only.
      protocol: 2,
    })
    return subscriber.on('messageBuffer', (_channel: Buffer, message: unknown) => {
      // A message without keys means all keys, for instance after FLUSHALL.
      if (!Array.isArray(message)) return onGap()
      onChanged(message.flatMap((name) => keys.parseFragmentKey(String(name)) ?? []))
    })
  }

  return {
    isLive: (now) => lastHeartbeatAt > distrustedUntil && now - lastHeartbeatAt < maxStalenessMs,
    start: () => void loop.start(),
    reconnect() {
      if (isStopped) return
      distrustedUntil = performance.now()
      loop.reconnect()
    },
    stop() {
      isStopped = true
      loop.close()
    },
  }
}
