import { memoryStore } from 'react-cache-content/memory'
import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'

const url = process.env.CONTENT_CACHE_REDIS_URL
/** The benchmark measures memory, so a busy machine must not cause timeouts. */
const timeoutMs = 60_000

export const { CacheContent, RegisterContent, expireObj, refreshObj } = createContentCache({
  store: url ? redisStore(url, { timeout: timeoutMs }) : memoryStore(),
  storeTimeout: timeoutMs,
})
