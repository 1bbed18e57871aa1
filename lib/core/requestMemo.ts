import {
  createDependencyScope,
  type DependencyScope,
  getCurrentScope,
  runInScope,
  type ScopeResult,
} from './dependencyScope.ts'
import { runDetached } from './runDetached.ts'

/** The results that one request has loaded. The host keeps one table per request, and drops it with the request. */
export type MemoTable = Map<object, MemoNode>

interface MemoNode {
  result?: { value: Promise<unknown>; metadata: Promise<ScopeResult> }
  byPrimitive?: Map<unknown, MemoNode>
  byObject?: WeakMap<object, MemoNode>
}

export interface MemoHost {
  /** The table of the current request. Absent outside a request, where every call loads again. */
  getTable(): MemoTable | undefined
  /** Runs a loader without access to the data of the request. */
  isolate<T>(scope: DependencyScope, load: () => Promise<T>): Promise<T>
  /**
   * Passes the metadata of a value that is used outside any fragment to the host's cache of the output.
   *
   * @returns a promise that the value must wait for, or nothing if the output is not stored
   */
  propagate(metadata: Promise<ScopeResult>): Promise<void> | undefined
}

/**
 * Memoises an async loader for one request, across all its fragments. (`React.cache` starts empty in each fragment.)
 * Objects that the loader registers become dependencies of every fragment that uses the value. Arguments are compared by
 * identity, as in `React.cache`.
 */
export function createRequestMemo(host: MemoHost) {
  return <Args extends readonly unknown[], Result>(load: (...args: Args) => Promise<Result> | Result) =>
    (...args: Args): Promise<Result> => {
      const node = getNode(host.getTable(), load, args)
      node.result ??= runLoader(host, async () => load(...args), load.name)
      const { value, metadata } = node.result
      const consumer = getCurrentScope()
      if (consumer) consumer.addChild(metadata)
      const propagated = consumer ? undefined : host.propagate(metadata)
      return (propagated ? propagated.then(() => value) : value) as Promise<Result>
    }
}

function runLoader<Result>(host: MemoHost, load: () => Promise<Result>, name: string) {
  const scope = createDependencyScope(undefined, { name, label: `loader ${name || '(anonymous)'}` })
  const value = runInScope(scope, () => host.isolate(scope, load))
  const metadata = value.then(
    () => scope.finalize(),
    // A caller may catch the failure and render something else, which must not be stored either.
    (error) => {
      scope.markUncacheable('error', error)
      return scope.finalize()
    },
  )
  return { value: detachPromise(value), metadata: detachPromise(metadata) }
}

/** The table may outlive the request. A promise made in the request would keep all of the request's state alive. */
function detachPromise<T>(promise: Promise<T>): Promise<T> {
  const detached = runDetached(() => promise.then((value) => value))
  detached.catch(() => {})
  return detached
}

function getNode(table: MemoTable | undefined, load: object, args: readonly unknown[]): MemoNode {
  if (table === undefined) return {}
  let node = table.get(load)
  if (node === undefined) table.set(load, (node = {}))
  for (const arg of args) {
    const isObject = (typeof arg === 'object' && arg !== null) || typeof arg === 'function'
    const branch: { get(key: unknown): MemoNode | undefined; set(key: unknown, node: MemoNode): unknown } =
      isObject ? ((node.byObject ??= new WeakMap()) as never) : (node.byPrimitive ??= new Map())
    let next = branch.get(arg)
    if (next === undefined) branch.set(arg, (next = {}))
    node = next
  }
  return node
}
