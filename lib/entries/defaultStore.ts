import { lazyStore } from '../core/lazyStore.ts'
import { processWide } from '../core/processWide.ts'
import type { FragmentStore } from '../core/store.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import type { RedisStoreOptions } from '../redis/redisStore.ts'

/**
 * The store that the environment asks for: Redis where `CONTENT_CACHE_REDIS_URL` is set, else memory.
 * `CONTENT_CACHE_NAMESPACE`, `CONTENT_CACHE_SECRET`, `CONTENT_CACHE_CONSISTENCY` and `CONTENT_CACHE_CHANNEL` go
 * with Redis.
 *
 * It is made when it is first used: who imports an entry for `createContentCache` alone gets no store that
 * he did not ask for. A site without Redis does not even load its client.
 */
export function defaultStore(): FragmentStore {
  return processWide('defaultStore', () => {
    const { CONTENT_CACHE_REDIS_URL: url } = process.env
    if (url) {
      return lazyStore('redis', async () => {
        const { redisStore } = await import('../redis/redisStore.ts')
        return redisStore(url, optionsFrom(process.env))
      })
    }
    return lazyStore('memory', async () => memoryStore())
  })
}

function optionsFrom(env: NodeJS.ProcessEnv): RedisStoreOptions {
  const {
    CONTENT_CACHE_NAMESPACE: namespace,
    CONTENT_CACHE_SECRET: secret,
    CONTENT_CACHE_CONSISTENCY: consistency,
    CONTENT_CACHE_CHANNEL: channel,
  } = env
  return {
    ...(namespace && { namespace }),
    ...(secret && { secret }),
    ...(channel && { channel }),
    // The store itself refuses what is neither.
    ...(consistency && { consistency: consistency as 'strict' | 'eventual' }),
  }
}
