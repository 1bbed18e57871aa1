import { createCacheHandler } from '@mrjasonroy/cache-components-cache-handler'

/** The handler of `'use cache: remote'` in the benchmark with Redis. */
export default createCacheHandler({ type: 'redis', url: process.env.BENCH_REDIS_HANDLER })
