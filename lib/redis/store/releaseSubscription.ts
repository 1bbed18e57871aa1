import type { Redis } from 'ioredis'
import { createContentCacheError } from '../../core/errors.ts'
import { runDetached } from '../../core/runDetached.ts'
import { applyCommandTimeout } from '../connection/applyCommandTimeout.ts'
import type { Connection } from '../connection/connection.ts'
import { toContentCacheError } from '../connection/toContentCacheError.ts'
import type { RedisKeys } from '../redisKeys.ts'

export interface ReleaseSubscription {
  /** Resolves when each further release is received. */
  subscribe(): Promise<unknown>
  close(): void
}

export interface ReleaseSubscriptionOptions {
  /** Milliseconds after which a command of a page counts as failed. */
  readonly timeout: number
  /** Whether some fill waits. Only then is the connection tested. */
  hasWaiters(): boolean
  /** @param key of a lease that was released */
  onRelease(key: string): void
  /** Called when messages may have been lost. */
  onGap(): void
}

/** Shorter than a fill waits, so that a dead connection costs it less than its whole wait. */
const HEARTBEAT_MS = 250
/** The least time for an answer. A false alarm wakes all waiting fills. */
const MIN_TIMEOUT_MS = 1_000
/** Milliseconds after which a connection that does not answer is closed from this side only. */
const DISCONNECT_TIMEOUT_MS = 100

/** One subscription for all waiting fills of this process. The first of them opens it. */
export function createReleaseSubscription(
  connection: Connection,
  keys: RedisKeys,
  { timeout, hasWaiters, onRelease, onGap }: ReleaseSubscriptionOptions,
): ReleaseSubscription {
  let subscriber: Redis | undefined
  let subscribed: Promise<unknown> | undefined
  let heartbeat: NodeJS.Timeout | undefined
  let isPinging = false
  let isClosed = false

  function open(): Redis {
    const duplicate = connection.duplicate({
      enableOfflineQueue: true,
      commandTimeout: undefined,
      disconnectTimeout: DISCONNECT_TIMEOUT_MS,
      autoResubscribe: false,
    })
    const opened = applyCommandTimeout(duplicate, Math.max(timeout, MIN_TIMEOUT_MS))
    opened.on('message', (_channel, key) => onRelease(key))
    opened.on('close', () => {
      subscribed = undefined
      onGap()
    })
    heartbeat = setInterval(() => void testConnection(opened), HEARTBEAT_MS).unref()
    return opened
  }

  /** Without a ping, a connection whose host has vanished looks like one without releases. */
  async function testConnection(client: Redis) {
    if (isPinging || client.status !== 'ready' || !hasWaiters()) return
    isPinging = true
    try {
      await client.ping()
    } catch {
      // Otherwise the connection was closed by itself, and another one may be on its way.
      if (client.status === 'ready') client.disconnect(true)
    } finally {
      isPinging = false
    }
  }

  return {
    async subscribe() {
      if (isClosed) throw createContentCacheError('CC_REDIS_UNREACHABLE', ['the store is closed'])
      // The subscription outlives the request that was the first to need it.
      subscriber ??= runDetached(open)
      const client = subscriber
      subscribed ??= runDetached(() =>
        client.subscribe(keys.leaseReleased).catch((error) => {
          subscribed = undefined
          throw toContentCacheError(error)
        }),
      )
      return subscribed
    },
    close() {
      isClosed = true
      clearInterval(heartbeat)
      subscriber?.disconnect()
    },
  }
}
