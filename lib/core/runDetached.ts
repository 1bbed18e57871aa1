import { AsyncResource } from 'node:async_hooks'

/** The fields in which Node keeps the stores of a context: one per store up to Node 22, one for all from 24 on. */
const CONTEXT_FIELDS = new Set(['kResourceStore', 'context_frame'])

/**
 * The type of functions that `AsyncResource.bind` returns. In development, React takes resources of other types for I/O, and
 * lists them with the components that wait for them.
 */
const BOUND_FUNCTION = 'bound-anonymous-fn'

/**
 * Runs `task` in an empty async context, in which no AsyncLocalStorage of any module has a store.
 *
 * For work and values that outlive their caller, such as a connection. Promises, timers and sockets keep the context in
 * which they were made. `AsyncLocalStorage.snapshot()` at module load is no substitute: bundlers load
 * modules in the middle of a request.
 */
export function runDetached<T>(task: () => T): T {
  // A new one each time: a task may change its own context with `enterWith`.
  const resource = new AsyncResource(BOUND_FUNCTION) as AsyncResource & Record<symbol, unknown>
  for (const field of Object.getOwnPropertySymbols(resource)) {
    if (CONTEXT_FIELDS.has(field.description ?? '')) resource[field] = undefined
  }
  return resource.runInAsyncScope(task)
}

/**
 * Runs `task` in an empty async context, as the first task of a chain, for work whose result several requests wait for.
 *
 * In development, React follows the async operations behind a result, and writes the components that began them into the page.
 * With {@link runDetached} these may be components of another request.
 */
export function runShared<T>(task: () => T): T {
  return runDetached(() => new AsyncResource(BOUND_FUNCTION, { triggerAsyncId: 0 }).runInAsyncScope(task))
}

/**
 * Returns a function that runs tasks in the async context of this call.
 *
 * It does the same as `AsyncLocalStorage.snapshot()`, several times as fast: up to Node 22 `snapshot` also makes a bound
 * function with accessors.
 */
export function snapshotContext(): <T>(task: () => T) => T {
  const resource = new AsyncResource(BOUND_FUNCTION)
  return (task) => resource.runInAsyncScope(task)
}
