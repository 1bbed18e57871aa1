import { createPageCacheHandler } from '../next/handlers/createPageCacheHandler.ts'
import { getBuildId } from '../next/internals/getBuildId.ts'
import { getHandlerRuntime } from './getHandlerRuntime.ts'

/** The class for `cacheHandler`, with modules of Node. */
const nodeCacheHandler = createPageCacheHandler(getHandlerRuntime, getBuildId)

export default nodeCacheHandler
