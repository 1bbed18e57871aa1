import { createHash } from 'node:crypto'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { deleteGlobalSingleton, getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { checkRedisTarget } from './connection/checkRedisTarget.ts'
import type { RedisTarget } from './connection/redisClient.ts'
import { checkRedisStoreOptions, type RedisStoreOptions } from './redisStoreOptions.ts'
import { createRedisStore } from './store/createRedisStore.ts'

export type { RedisStoreOptions }

/**
 * Keeps fragments in Redis 6.2 or later, or Valkey, shared by every process that uses the same namespace.
 * Connects on first use. The server's `maxmemory-policy` must not be `allkeys-*`.
 *
 * @param target URL, ioredis options (Sentinel too), or an ioredis client whose settings are used
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example createContentCache({ store: redisStore('redis://localhost:6379', { secret: process.env.CONTENT_CACHE_SECRET }) })
 */
export function redisStore(target: RedisTarget, options: RedisStoreOptions = {}): FragmentStore {
  checkRedisTarget(typeof target === 'string' ? 'url' : 'target', target)
  checkRedisStoreOptions(options)
  // Each bundle has a copy of this module, but one process needs only one connection per target.
  if (typeof target !== 'string') return createRedisStore(target, options)
  // Hashed, because the names of global singletons are visible, and URL and options contain secrets.
  const targetHash = createHash('sha256')
    .update(JSON.stringify([target, options]))
    .digest('base64url')
  const name = `redis.${targetHash}`
  return getGlobalSingleton(name, () => {
    const store = createRedisStore(target, options)
    const shared: FragmentStore = {
      ...store,
      async close() {
        // A test or script that opens the same target again must not get the closed store.
        deleteGlobalSingleton(name, shared)
        await store.close()
      },
    }
    return shared
  })
}
