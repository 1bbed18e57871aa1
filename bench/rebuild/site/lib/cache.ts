import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'

// A build asks nobody.
const url = process.env.CONTENT_CACHE_REDIS_URL ?? 'redis://localhost:6379'

/** As the default one, but more patient with Redis: a busy machine is not what is measured. */
export const { CacheContent, registerContent, expireObj, refreshObj, publishContent, onCacheEvent } =
  createContentCache({ store: redisStore(url, { timeout: 5_000 }) })
