import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'

// A build asks nobody.
const url = process.env.CONTENT_CACHE_REDIS_URL ?? 'redis://localhost:6379'

/** As the default one, but it never gives up on a busy machine, which is not what is measured. */
export const { CacheContent, registerContent, expireObj, refreshObj, publishContent, onCacheEvent } =
  createContentCache({ store: redisStore(url, { timeout: 60_000 }), storeTimeout: 60_000 })
