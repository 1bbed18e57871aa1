import { memoryStore } from 'react-cache-content/memory'
import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'
import { countEvent } from './counts'

const url = process.env.CONTENT_CACHE_REDIS_URL

/** Each hit is read from Redis, where the site is run with one. */
export const { CacheContent } = createContentCache({
  store: url
    ? redisStore(url, { namespace: 'remote', local: false })
    : memoryStore({ name: 'without copies' }),
  onEvent: countEvent,
})
