import { describeType, isObject } from '../../core/checkOptionNames.ts'
import { createContentCacheError } from '../../core/errors.ts'
import { isRedisUrl, REDIS_URL_FORM } from './isRedisUrl.ts'
import type { RedisTarget } from './redisClient.ts'

/**
 * Refuses a value that is neither a URL of Redis nor an object. The names of ioredis's own options are not checked. The
 * error omits the value, which may contain a password.
 *
 * @param name of the argument or option in the error
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 */
export function checkRedisTarget(name: string, target: unknown): asserts target is RedisTarget {
  if (typeof target === 'string' ? isRedisUrl(target) : isObject(target)) return
  const reason =
    typeof target === 'string'
      ? REDIS_URL_FORM
      : `must be a URL such as redis://localhost:6379, ioredis options or an ioredis client, but is ${describeType(target)}`
  throw createContentCacheError('CC_INVALID_OPTIONS', [name, reason])
}
