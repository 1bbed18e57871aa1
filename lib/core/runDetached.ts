import { AsyncResource } from 'node:async_hooks'

/** Where Node keeps the stores of a context: one field per store up to Node 22, one for all of them from 24 on. */
const CONTEXT_FIELDS = new Set(['kResourceStore', 'context_frame'])

/**
 * Runs `task` in an empty async context: no AsyncLocalStorage has a store there, in whichever module it was made.
 *
 * For work that outlives its caller, such as a connection, and for values that do. Promises, timers and sockets keep
 * the context that they were made in. `AsyncLocalStorage.snapshot()` at module load is no substitute: bundlers load
 * modules in the middle of a request.
 */
export function runDetached<T>(task: () => T): T {
  // A new one each time: a task may change its own context with `enterWith`.
  const resource = new AsyncResource('CacheContent') as AsyncResource & Record<symbol, unknown>
  for (const field of Object.getOwnPropertySymbols(resource)) {
    if (CONTEXT_FIELDS.has(field.description ?? '')) resource[field] = undefined
  }
  return resource.runInAsyncScope(task)
}

/**
 * Returns a function that runs tasks in the async context of this call.
 *
 * The same as `AsyncLocalStorage.snapshot()`, which up to Node 22 also makes a bound function with accessors, and so costs
 * several times as much.
 */
export function snapshotContext(): <T>(task: () => T) => T {
  const resource = new AsyncResource('CacheContent')
  return (task) => resource.runInAsyncScope(task)
}
