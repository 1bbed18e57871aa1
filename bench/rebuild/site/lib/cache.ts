import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'

// The build runs without a Redis and connects to none.
const url = process.env.CONTENT_CACHE_REDIS_URL ?? 'redis://localhost:6379'

/** Long timeouts, because the benchmark must not measure timeouts of a busy machine. */
export const { CacheContent, registerContent, expireObj, refreshObj, publishContent, onCacheEvent } =
  createContentCache({ store: redisStore(url, { timeout: 60_000 }), storeTimeout: 60_000 })
