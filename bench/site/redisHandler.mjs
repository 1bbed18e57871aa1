import { createCacheHandler } from '@mrjasonroy/cache-components-cache-handler'

/** What `'use cache: remote'` uses where Redis is measured. */
export default createCacheHandler({ type: 'redis', url: process.env.BENCH_REDIS_HANDLER })
