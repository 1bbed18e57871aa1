import { memoryStore } from 'react-cache-content/memory'
import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'
import { countEvent } from './counts'

const url = process.env.CONTENT_CACHE_REDIS_URL

/** A cache without local copies. When the site runs with a Redis, each hit is read from it. */
export const { CacheContent } = createContentCache({
  store: url
    ? redisStore(url, { namespace: 'remote', local: false })
    : memoryStore({ name: 'without copies' }),
  onEvent: countEvent,
})
