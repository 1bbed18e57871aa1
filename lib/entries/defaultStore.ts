import {
  channelFrom,
  consistencyFrom,
  type Environment,
  namespaceFrom,
  readVariable,
  rebuildSecretFrom,
  secretFrom,
} from '../core/environment.ts'
import { contentCacheError } from '../core/errors.ts'
import { lazyStore } from '../core/lazyStore.ts'
import { processWide } from '../core/processWide.ts'
import type { FragmentStore } from '../core/store.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { checkPrefixes } from '../redis/checkPrefixes.ts'
import { isRedisUrl, REDIS_URL_FORM } from '../redis/isRedisUrl.ts'
import type { RedisStoreOptions } from '../redis/redisStore.ts'

/**
 * The store that the environment asks for: Redis where `CONTENT_CACHE_REDIS_URL` is set, else memory.
 * `CONTENT_CACHE_NAMESPACE`, `CONTENT_CACHE_SECRET`, `CONTENT_CACHE_CONSISTENCY` and `CONTENT_CACHE_CHANNEL` go
 * with Redis. All variables are checked at once: when the store is made, it would be too late to tell the site.
 *
 * The store is made when it is first used: an entry that is imported for `createContentCache` alone makes none. A site
 * without Redis does not even load its client.
 *
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT
 */
export function defaultStore(): FragmentStore {
  return processWide('defaultStore', () => {
    const { url, options } = settingsFrom(process.env)
    if (url === undefined) return lazyStore('memory', async () => memoryStore())
    return lazyStore('redis', async () => {
      const { redisStore } = await import('../redis/redisStore.ts')
      return redisStore(url, options)
    })
  })
}

function settingsFrom(env: Environment): { url: string | undefined; options: RedisStoreOptions } {
  const url = readVariable(env, 'CONTENT_CACHE_REDIS_URL', (value) =>
    isRedisUrl(value) ? undefined : REDIS_URL_FORM,
  )
  const namespace = namespaceFrom(env)
  const secret = secretFrom(env)
  const consistency = consistencyFrom(env)
  const channel = channelFrom(env)
  rebuildSecretFrom(env)
  if (url !== undefined && namespace !== undefined) checkApart(namespace)
  return {
    url,
    options: {
      ...(namespace !== undefined && { namespace }),
      ...(secret !== undefined && { secret }),
      ...(channel !== undefined && { channel }),
      ...(consistency !== undefined && { consistency }),
    },
  }
}

function checkApart(namespace: string): void {
  try {
    checkPrefixes({ namespace })
  } catch (cause) {
    const fault = 'must not be such that its keys could be taken for those of the index, as `obj` is'
    throw contentCacheError('CC_INVALID_ENVIRONMENT', ['CONTENT_CACHE_NAMESPACE', fault], { cause })
  }
}
