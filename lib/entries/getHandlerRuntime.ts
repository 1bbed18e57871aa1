import { readNamespace } from '../core/environment.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { memoryStore } from '../memory/memoryStore.ts'
import { createHandlerRuntime, type HandlerRuntime } from '../next/handlers/handlerRuntime.ts'
import { isBuildPhase } from '../next/internals/isBuildPhase.ts'
import { getDefaultStore } from './getDefaultStore.ts'

let runtime: HandlerRuntime | undefined

/**
 * Returns what both cache handlers share. A build keeps its data in memory, so that it needs no Redis.
 *
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT
 */
export function getHandlerRuntime(): HandlerRuntime {
  const fragmentStore = getDefaultStore()
  runtime ??= createHandlerRuntime({
    fragmentStore,
    store: isBuildPhase() ? memoryStore({ name: 'next build' }) : fragmentStore,
    // A server may answer before Next loads the handlers, and an expiry in between counts.
    startedAt: 0,
    namespace: readNamespace(process.env) ?? DEFAULT_NAMESPACE,
  })
  return runtime
}
