import { createCacheHandler } from '@mrjasonroy/cache-components-cache-handler'

/** The handler of another library, for a comparison. */
export default createCacheHandler({ type: 'redis', url: process.env.CONTENT_CACHE_REDIS_URL })
