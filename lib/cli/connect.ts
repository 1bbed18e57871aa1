import { Redis } from 'ioredis'
import { createContentCacheError } from '../core/errors.ts'
import type { Address } from './address.ts'

const CONNECT_TIMEOUT = 5_000
/** Also for the last reply of a long pipeline over a slow line. */
const COMMAND_TIMEOUT = 60_000

/**
 * A connection that tries once: whoever typed the command wants to know now. Commands fail when it is lost.
 *
 * @throws {ContentCacheError} CC_REDIS_UNREACHABLE
 */
export async function connect({ url, redactedUrl, redact }: Address): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT,
    commandTimeout: COMMAND_TIMEOUT,
  })
  // ioredis tells the reason here only; the promise just says that the connection is closed.
  let reason: Error | undefined
  redis.on('error', (error) => {
    reason ??= error
  })
  let timer: NodeJS.Timeout | undefined
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('connecting took too long')), CONNECT_TIMEOUT + 500)
    })
    await Promise.race([redis.connect(), timeout])
    await Promise.race([redis.ping(), timeout])
    // As when the URL names a database that is not there: ioredis would go on with the first.
    if (reason) throw reason
    return redis
  } catch (error) {
    redis.disconnect()
    const description = describeConnectError((reason ?? error) as Error, redact)
    throw createContentCacheError('CC_REDIS_UNREACHABLE', [`${description} (${redactedUrl})`])
  } finally {
    clearTimeout(timer)
  }
}

function describeConnectError({ message }: Error, scrub: Address['redact']): string {
  if (message.startsWith('WRONGPASS')) return 'it does not accept the user name or password'
  if (message.startsWith('NOAUTH')) return 'it asks for a password'
  if (message.includes('ECONNREFUSED')) return 'nothing listens there'
  if (message.includes('ENOTFOUND')) return 'there is no such host'
  return scrub(message)
}
