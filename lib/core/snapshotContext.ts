import { AsyncResource } from 'node:async_hooks'

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
