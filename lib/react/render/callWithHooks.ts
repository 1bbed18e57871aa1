import { isReactNode, isThenable } from '../reactInternals.ts'
import { enterServerHooks, leaveServerHooks, MEMO_CACHE_SENTINEL } from '../reactServerInternals.ts'

/** The promises that a component has passed to `use`, in the order of its calls. */
export type UsedThenables = PromiseLike<unknown>[]

/** Thrown by `use` while its promise is pending. The component is called again when it is not. */
export class Suspension extends Error {
  constructor(readonly thenable: PromiseLike<unknown>) {
    // React's own words, for code that catches it.
    super(
      "Suspense Exception: This is not a real error! It's an implementation detail of `use` to interrupt the current render. " +
        'You must either rethrow it immediately, or move the `use` call outside of the `try/catch` block.',
    )
  }
}

interface TrackedThenable extends PromiseLike<unknown> {
  status?: 'pending' | 'fulfilled' | 'rejected'
  value?: unknown
  reason?: unknown
}

/** The state of the hooks of one render. */
export interface HookState {
  /** Makes the ids of `useId` unique. */
  readonly getIdPrefix: () => string
  /** The number of ids that were made. */
  idCount: number
}

/** A call of a component, which may have to be repeated. */
export interface RepeatableCall {
  /** The promises of the calls before, in which the component was suspended. */
  used: UsedThenables | undefined
}

let state: HookState | undefined
let current: RepeatableCall | undefined
let useCount = 0

/**
 * Calls a server component. Its hooks are defined as in React's Flight (`ReactFlightHooks.js`, `ReactFlightThenable.js`).
 *
 * @throws {Suspension} while a promise that the component uses is pending
 */
export function callWithHooks<Props, T>(
  component: (props: Props, ref: undefined) => T,
  props: Props,
  hookState: HookState,
  call: RepeatableCall,
): T {
  const stateBefore = state
  const currentBefore = current
  const useCountBefore = useCount
  state = hookState
  current = call
  useCount = 0
  const hooksBefore = enterServerHooks(serverHooks)
  try {
    return component(props, undefined)
  } finally {
    leaveServerHooks(hooksBefore)
    state = stateBefore
    current = currentBefore
    useCount = useCountBefore
  }
}

function use(usable: unknown): unknown {
  if (isThenable(usable)) return readThenable(usable)
  if (typeof usable === 'object' && usable !== null && isReactNode(usable))
    throw new Error('Cannot read a Client Context from a Server Component.')
  throw new Error(`An unsupported type was passed to use(): ${String(usable)}`)
}

function readThenable(usable: PromiseLike<unknown>): unknown {
  const index = useCount++
  // A component that makes a new promise at each call would be suspended for ever.
  const used = (current as RepeatableCall).used ?? []
  const thenable = (used[index] ??= usable) as TrackedThenable
  if (current) current.used = used
  if (thenable !== usable) usable.then(noop, noop)
  track(thenable)
  if (thenable.status === 'fulfilled') return thenable.value
  if (thenable.status === 'rejected') throw thenable.reason
  throw new Suspension(thenable)
}

function useId(): string {
  if (state === undefined) throw new Error('useId can only be used while React is rendering')
  return `_${state.getIdPrefix()}S_${(++state.idCount).toString(32)}_`
}

const serverHooks = new Proxy(
  {
    use,
    useId,
    useMemo: (create: () => unknown) => create(),
    useCallback: (callback: unknown) => callback,
    useDebugValue: noop,
    useMemoCache: (size: number) => new Array(size).fill(MEMO_CACHE_SENTINEL),
    useCacheRefresh: () => () => {
      throw new Error('Refreshing the cache is not supported in Server Components.')
    },
  },
  { get: getHook },
)

function getHook(hooks: object, name: PropertyKey): unknown {
  return name in hooks ? Reflect.get(hooks, name) : refuseHook
}

function refuseHook(): never {
  throw new Error('This Hook is not supported in Server Components.')
}

function track(thenable: TrackedThenable): void {
  if (typeof thenable.status === 'string') {
    // A thenable of Flight learns its value when it is read.
    if (thenable.status === 'pending') thenable.then(noop, noop)
    return
  }
  thenable.status = 'pending'
  thenable.then(
    (value) => {
      if (thenable.status === 'pending') Object.assign(thenable, { status: 'fulfilled', value })
    },
    (reason: unknown) => {
      if (thenable.status === 'pending') Object.assign(thenable, { status: 'rejected', reason })
    },
  )
}

function noop() {}
