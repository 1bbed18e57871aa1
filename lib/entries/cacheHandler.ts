import { createPageCacheHandler } from '../next/handlers/createPageCacheHandler.ts'
import { getBuildId } from '../next/internals/getBuildId.ts'
import { getHandlerRuntime } from './getHandlerRuntime.ts'

/**
 * The class for `cacheHandler` in next.config: pages, route handlers, `fetch` and `unstable_cache`. `withContentCache` of
 * `react-cache-content/config` sets it.
 */
const CacheHandler = createPageCacheHandler(getHandlerRuntime, getBuildId)

export default CacheHandler
