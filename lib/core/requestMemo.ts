import {
  type ChildMetadata,
  createDependencyScope,
  type DependencyScope,
  getCurrentScope,
  runInScope,
} from './dependencyScope.ts'
import { runDetached } from './runDetached.ts'

/** What one request has loaded; the host keeps one per request and drops it with the request. */
export type MemoTable = Map<object, MemoNode>

interface MemoNode {
  result?: { value: Promise<unknown>; metadata: Promise<ChildMetadata> }
  byPrimitive?: Map<unknown, MemoNode>
  byObject?: WeakMap<object, MemoNode>
}

export interface MemoHost {
  /** The table of the request under way; none outside of one, where every call loads anew. */
  getTable(): MemoTable | undefined
  /** Runs a loader where it cannot read what belongs to one visitor. */
  isolate<T>(scope: DependencyScope, load: () => Promise<T>): Promise<T>
  /**
   * Hands the metadata of a value that is used outside any fragment to what stores the output there.
   *
   * @returns a promise that the value must wait for, or nothing if the output is not stored
   */
  propagate(metadata: Promise<ChildMetadata>): Promise<void> | undefined
}

/**
 * Memoises an async loader for one request, across all its fragments, where `React.cache` begins anew in
 * each. What the loader registers is registered in every fragment that uses the value. Arguments are
 * compared by identity, as `React.cache` does.
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
    // A caller may catch the failure and show something else: that must not be stored either.
    (error) => {
      scope.markUncacheable('error', error)
      return scope.finalize()
    },
  )
  return { value: detachPromise(value), metadata: detachPromise(metadata) }
}

/** The table may be kept for longer than the request: a promise that is made in the request would hold all of it. */
function detachPromise<T>(promise: Promise<T>): Promise<T> {
  const same = runDetached(() => promise.then((value) => value))
  same.catch(() => {})
  return same
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
