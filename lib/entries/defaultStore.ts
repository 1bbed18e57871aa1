import { lazyStore } from '../core/lazyStore.ts'
import { processWide } from '../core/processWide.ts'
import type { FragmentStore } from '../core/store.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import type { RedisStoreOptions } from '../redis/redisStore.ts'

/**
 * The store that the environment asks for: `CONTENT_CACHE_REDIS_URL` set means Redis, else memory.
 * `CONTENT_CACHE_NAMESPACE`, `CONTENT_CACHE_SECRET` and `CONTENT_CACHE_CONSISTENCY` go with it.
 */
export function defaultStore(): FragmentStore {
  const { CONTENT_CACHE_REDIS_URL: url } = process.env
  if (!url) return memoryStore()
  // Loaded late, so that a site without Redis does not load its client.
  return processWide('defaultStore', () =>
    lazyStore('redis', async () => {
      const { redisStore } = await import('../redis/redisStore.ts')
      return redisStore(url, optionsFrom(process.env))
    }),
  )
}

function optionsFrom(env: NodeJS.ProcessEnv): RedisStoreOptions {
  const {
    CONTENT_CACHE_NAMESPACE: namespace,
    CONTENT_CACHE_SECRET: secret,
    CONTENT_CACHE_CONSISTENCY: consistency,
  } = env
  return {
    ...(namespace && { namespace }),
    ...(secret && { secret }),
    // The store itself refuses what is neither.
    ...(consistency && { consistency: consistency as 'strict' | 'eventual' }),
  }
}
