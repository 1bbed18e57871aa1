import { memoryStore } from 'react-cache-content/memory'
import { createContentCache } from 'react-cache-content/next'
import { redisStore } from 'react-cache-content/redis'
import { countEvent } from './counts'

const url = process.env.CONTENT_CACHE_REDIS_URL
/** No page of mode `miss` is loaded twice. Without a short lifetime, their entries would fill Redis. */
const MAX_AGE_SECONDS = 20

/** The cache of mode `miss`. In a shared store, its many entries would displace those of the other modes. */
export const coldCache = createContentCache({
  store: url
    ? redisStore(url, { namespace: 'cold', maxAge: MAX_AGE_SECONDS })
    : memoryStore({ name: 'cold' }),
  onEvent: countEvent,
})
