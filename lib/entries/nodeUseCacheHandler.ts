import { runDetached } from '../core/runDetached.ts'
import { createUseCacheHandler } from '../next/handlers/createUseCacheHandler.ts'
import { tryGetRuntime } from '../next/handlers/handlerRuntime.ts'
import { getBuildId } from '../next/internals/getBuildId.ts'
import { isBuildPhase } from '../next/internals/isBuildPhase.ts'
import { getHandlerRuntime } from './getHandlerRuntime.ts'

/** The handler for `cacheHandlers`, with modules of Node. */
const nodeUseCacheHandler = createUseCacheHandler(getHandlerRuntime, getBuildId)

// Next loads the handler when the server starts. Expiries before the first request count from here on.
if (!isBuildPhase()) setImmediate(noteStart)

function noteStart(): void {
  const runtime = tryGetRuntime(getHandlerRuntime)
  if (runtime) void runDetached(runtime.getStartToken)
}

export default nodeUseCacheHandler
