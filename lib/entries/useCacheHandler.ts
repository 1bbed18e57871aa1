type NodeUseCacheHandler = typeof import('./nodeUseCacheHandler.ts').default

/**
 * The handler for `cacheHandlers` in next.config: `'use cache'`. `withContentCache` of `react-cache-content/config` sets it.
 *
 * Next puts it into the bundle of the Edge runtime as well, which has no modules of Node, and where a middleware must work.
 */
const useCacheHandler = (
  process.env.NEXT_RUNTIME === 'edge' ? undefined : (await import('./nodeUseCacheHandler.ts')).default
) as NodeUseCacheHandler

export default useCacheHandler
