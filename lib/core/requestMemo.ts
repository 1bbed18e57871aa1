import { type Capture, createCapture, currentCapture, type Followed, runInCapture } from './capture.ts'
import { detached } from './detached.ts'

/** What one request has loaded; the host keeps one per request and drops it with the request. */
export type MemoTable = Map<object, MemoNode>

interface MemoNode {
  result?: { value: Promise<unknown>; metadata: Promise<Followed> }
  byPrimitive?: Map<unknown, MemoNode>
  byObject?: WeakMap<object, MemoNode>
}

export interface MemoHost {
  /** The table of the request under way; none outside of one, where every call loads anew. */
  table(): MemoTable | undefined
  /** Runs a loader where it cannot read what belongs to one visitor. */
  isolate<T>(capture: Capture, load: () => Promise<T>): Promise<T>
  /**
   * Hands the metadata of a value that is used outside any fragment to what stores the output there.
   *
   * @returns what the value has to wait for; nothing where nobody stores it
   */
  propagate(metadata: Promise<Followed>): Promise<void> | undefined
}

/**
 * Memoises an async loader for one request, across all its fragments, where `React.cache` begins anew in
 * each. What the loader registers is registered in every fragment that uses the value. Arguments are
 * compared by identity, as `React.cache` does.
 */
export function createRequestMemo(host: MemoHost) {
  return <Args extends readonly unknown[], Result>(load: (...args: Args) => Promise<Result> | Result) =>
    (...args: Args): Promise<Result> => {
      const node = nodeFor(host.table(), load, args)
      node.result ??= start(host, async () => load(...args), load.name)
      const { value, metadata } = node.result
      const consumer = currentCapture()
      if (consumer) consumer.follow(metadata)
      const told = consumer ? undefined : host.propagate(metadata)
      return (told ? told.then(() => value) : value) as Promise<Result>
    }
}

function start<Result>(host: MemoHost, load: () => Promise<Result>, name: string) {
  const capture = createCapture(undefined, { name, label: `loader ${name || '(anonymous)'}` })
  const value = runInCapture(capture, () => host.isolate(capture, load))
  const metadata = value.then(
    () => capture.finish(),
    // A caller may catch the failure and show something else: that must not be stored either.
    (error) => {
      capture.refuse('error', error)
      return capture.finish()
    },
  )
  return { value: outOfContext(value), metadata: outOfContext(metadata) }
}

/** The table may be kept for longer than the request: a promise that is made in the request would hold all of it. */
function outOfContext<T>(promise: Promise<T>): Promise<T> {
  const same = detached(() => promise.then((value) => value))
  same.catch(() => {})
  return same
}

function nodeFor(table: MemoTable | undefined, load: object, args: readonly unknown[]): MemoNode {
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
