import {
  type Environment,
  readChannel,
  readConsistency,
  readMemory,
  readNamespace,
  readRebuildSecret,
  readSecret,
  readVariable,
} from '../core/environment.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { createLazyStore } from '../core/lazyStore.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { isRedisUrl, REDIS_URL_FORM } from '../redis/connection/isRedisUrl.ts'
import type { RedisStoreOptions } from '../redis/redisStore.ts'

/**
 * Returns the store that the environment names: Redis where `CONTENT_CACHE_REDIS_URL` is set, else memory.
 * `CONTENT_CACHE_NAMESPACE`, `CONTENT_CACHE_SECRET`, `CONTENT_CACHE_CONSISTENCY` and `CONTENT_CACHE_CHANNEL` configure
 * Redis, and `CONTENT_CACHE_MEMORY_MB` the memory that entries take in the process. All variables are checked immediately,
 * because the creation of the store is too late to report an error to the site.
 *
 * The store is created when it is first used, so importing an entry for `createContentCache` alone creates none. A site
 * without Redis does not load the Redis client.
 *
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT
 */
export function getDefaultStore(): FragmentStore {
  return getGlobalSingleton('defaultStore', () => {
    const { url, maxBytes, options } = readSettings(process.env)
    if (url === undefined)
      return createLazyStore('memory', async () => memoryStore(maxBytes === undefined ? {} : { maxBytes }))
    return createLazyStore('redis', async () => {
      const { redisStore } = await import('../redis/redisStore.ts')
      return redisStore(url, options)
    })
  })
}

interface StoreSettings {
  readonly url: string | undefined
  readonly maxBytes: number | undefined
  readonly options: RedisStoreOptions
}

function readSettings(env: Environment): StoreSettings {
  const url = readVariable(env, 'CONTENT_CACHE_REDIS_URL', (value) =>
    isRedisUrl(value) ? undefined : REDIS_URL_FORM,
  )
  const namespace = readNamespace(env)
  const secret = readSecret(env)
  const consistency = readConsistency(env)
  const channel = readChannel(env)
  const maxBytes = readMemory(env)
  readRebuildSecret(env)
  return {
    url,
    maxBytes,
    options: {
      ...(namespace !== undefined && { namespace }),
      ...(secret !== undefined && { secret }),
      ...(channel !== undefined && { channel }),
      ...(consistency !== undefined && { consistency }),
      ...(maxBytes !== undefined && { local: { maxBytes } }),
    },
  }
}
