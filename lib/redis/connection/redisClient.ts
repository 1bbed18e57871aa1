import { Redis, type RedisOptions } from 'ioredis'
import { applyCommandTimeout } from './applyCommandTimeout.ts'
import { restoreFastStrings } from './restoreFastStrings.ts'

/** Without the option that changes the shape of replies. */
export type ClientSettings = Omit<RedisOptions, 'replyMapping'>

/** A Redis server: its URL, options of ioredis (Sentinel too), or a client of ioredis whose settings are used. */
export type RedisTarget = string | Omit<RedisOptions, 'replyMapping'> | Redis

export interface RedisClient {
  readonly redis: Redis
  /** Another client with the same settings, not connected yet. */
  duplicate(settings?: ClientSettings): Redis
}

/** @param timeout milliseconds after which a command counts as failed */
export function createRedisClient(target: RedisTarget, timeout: number): RedisClient {
  restoreFastStrings()
  const settings: ClientSettings = {
    lazyConnect: true,
    // A command that cannot be sent now is of no use later: the page will have been rendered by then.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: Math.max(timeout, 1000),
    // When the server's machine vanishes, the connection looks open. The operating system takes minutes to notice.
    socketTimeout: 4 * Math.max(timeout, 500),
    retryStrategy: (attempt) => Math.min(25 * 2 ** Math.min(attempt, 6), 1000),
    // After a fail-over this server is a replica, and a new connection may lead to the new primary. Older servers put
    // the code in the middle of a script's error.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    // Keys have their own prefixes, and scripts build key names that ioredis does not see.
    keyPrefix: '',
  }
  const redis = applyCommandTimeout(openTarget(target, settings), timeout)
  return {
    redis,
    duplicate(more = {}) {
      const other = unrefSocket(redis.duplicate({ ...settings, commandTimeout: timeout, ...more }))
      // Without a listener ioredis would print errors. They also reach the caller of each command.
      other.on('error', () => {})
      return other
    },
  }
}

function openTarget(target: RedisTarget, given: ClientSettings): Redis {
  // `applyCommandTimeout` replaces the timer of ioredis, even if the client that was passed has one.
  const settings = { ...given, commandTimeout: undefined }
  if (typeof target === 'string') return unrefSocket(new Redis(target, settings))
  // Not `instanceof`: the site may have another copy of ioredis.
  if ('duplicate' in target) return unrefSocket(target.duplicate(settings))
  return unrefSocket(new Redis({ ...target, ...settings }))
}

/** An idle connection does not keep the process alive, so that a script ends when its work is done. */
function unrefSocket(redis: Redis): Redis {
  redis.on('connect', () => void redis.stream?.unref())
  // The timer of the delay before another attempt is a private field of ioredis.
  const client = redis as unknown as { reconnectTimeout?: NodeJS.Timeout | null }
  return redis.on('reconnecting', () => void client.reconnectTimeout?.unref())
}
