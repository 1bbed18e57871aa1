type NodeCacheHandler = typeof import('./nodeCacheHandler.ts').default

/**
 * The class for `cacheHandler` in next.config: pages, route handlers, `fetch` and `unstable_cache`. `withContentCache` of
 * `react-cache-content/config` sets it.
 *
 * Next puts it into the bundle of the Edge runtime as well, which has no modules of Node, and where a middleware must work.
 */
const CacheHandler = (
  process.env.NEXT_RUNTIME === 'edge' ? undefined : (await import('./nodeCacheHandler.ts')).default
) as NodeCacheHandler

export default CacheHandler
