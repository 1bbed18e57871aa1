import { memoryStore } from 'react-cache-content/memory'
import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'

const url = process.env.CONTENT_CACHE_REDIS_URL
/** Milliseconds. What is measured is memory: nothing is to be given up on a busy machine. */
const timeout = 60_000

export const { CacheContent, RegisterContent, expireObj, refreshObj } = createContentCache({
  store: url ? redisStore(url, { timeout }) : memoryStore(),
  storeTimeout: timeout,
})
