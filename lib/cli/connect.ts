import { type ChainableCommander, Redis } from 'ioredis'
import { createContentCacheError } from '../core/errors.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { withTimeout } from '../core/withTimeout.ts'
import { redisStore } from '../redis/redisStore.ts'
import type { Address } from './address.ts'
import type { Target } from './target.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** Covers the last reply of a long pipeline over a slow connection. */
const CLI_COMMAND_TIMEOUT_MS = 60_000
/** Longer than a site's timeout, because no page waits for the command. */
const STORE_TIMEOUT_MS = 10_000

/**
 * Connects once, without retries: the user is waiting for the result. Commands fail when the connection is lost.
 *
 * @throws {ContentCacheError} CC_REDIS_UNREACHABLE
 */
export async function connect({ url, redactedUrl, redact }: Address): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CLI_COMMAND_TIMEOUT_MS,
  })
  // ioredis reports the reason only in this event. Its promise rejects with "Connection is closed".
  let reason: Error | undefined
  redis.on('error', (error) => {
    reason ??= error
  })
  try {
    const connected = redis.connect().then(() => redis.ping())
    await withTimeout(connected, CONNECT_TIMEOUT_MS + 500, () => new Error('connecting took too long'))
    // For instance when the URL names a database that does not exist: ioredis would continue with database 0.
    if (reason) throw reason
    return redis
  } catch (error) {
    redis.disconnect()
    const description = describeConnectError((reason ?? error) as Error, redact)
    throw createContentCacheError('CC_REDIS_UNREACHABLE', [`${description} (${redactedUrl})`])
  }
}

function describeConnectError({ message }: Error, redact: Address['redact']): string {
  if (message.startsWith('WRONGPASS')) return 'it rejects the user name or password'
  if (message.startsWith('NOAUTH')) return 'it requires a password'
  if (message.includes('ECONNREFUSED')) return 'the connection was refused'
  if (message.includes('ENOTFOUND')) return 'the host was not found'
  return redact(message)
}

/** @returns the replies in order: each a value, or the error with which Redis refused that command. */
export async function execPipeline(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, value]) => {
    // A ReplyError is an answer of Redis. Any other error means that there was none.
    if (error && error.name !== 'ReplyError') throw error
    return error ?? value
  })
}

/** Runs a task with the store that the site uses, for operations that only the store may perform. */
export async function withStore<T>(
  redis: Redis,
  { prefixes }: Target,
  task: (store: FragmentStore) => Promise<T>,
): Promise<T> {
  const store = redisStore(redis, { ...prefixes, local: false, timeout: STORE_TIMEOUT_MS })
  try {
    return await task(store)
  } finally {
    await store.close()
  }
}
