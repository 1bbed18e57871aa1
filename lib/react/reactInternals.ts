import { isValidElement, type ReactElement } from 'react'

// Private parts of React and Flight that the server uses. `reactClientInternals.ts` has the part for browsers.

const LAZY = Symbol.for('react.lazy')
const MEMO = Symbol.for('react.memo')
const FORWARD_REF = Symbol.for('react.forward_ref')
const CLIENT_REFERENCE = Symbol.for('react.client.reference')

/** A node or component that may still be pending: from `React.lazy`, or from a row of a Flight payload. */
export interface Lazy {
  readonly $$typeof: symbol
  readonly _payload: unknown
  readonly _init: (payload: unknown) => unknown
}

export function isLazy(value: unknown): value is Lazy {
  return (
    isOfReactType(value, LAZY) && '_payload' in value && '_init' in value && typeof value._init === 'function'
  )
}

/** @throws a promise while the value is pending, or the error with which it was rejected */
export function readLazy({ _init, _payload }: Lazy): unknown {
  return _init(_payload)
}

/** @throws the error with which the value was rejected */
export async function awaitLazy(lazy: Lazy): Promise<unknown> {
  while (true) {
    try {
      return readLazy(lazy)
    } catch (thrown) {
      if (!isThenable(thrown)) throw thrown
      await thrown
    }
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> & object {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** Whether React may render a value that is not an element. It renders its own kinds of nodes, and promises. */
export function isReactNode(value: object): boolean {
  return '$$typeof' in value || 'then' in value
}

export function isClientReference(value: unknown): boolean {
  return isOfReactType(value, CLIENT_REFERENCE)
}

/** Returns the module and export of a client reference, as `module#export`. */
export function getClientReferenceId(value: object): string | undefined {
  const { $$id: id } = value as { $$id?: unknown }
  return typeof id === 'string' ? id : undefined
}

/** Returns the component in `React.memo`. */
export function getMemoizedComponent(value: unknown): unknown {
  return isOfReactType(value, MEMO) && 'type' in value ? value.type : undefined
}

/** Returns the function in `React.forwardRef`. */
export function getForwardedRender(value: unknown): unknown {
  return isOfReactType(value, FORWARD_REF) && 'render' in value ? value.render : undefined
}

/** Creates a lazy node. */
export function createLazy<T>(payload: T, init: (payload: T) => unknown): Lazy {
  return { $$typeof: LAZY, _payload: payload, _init: init as Lazy['_init'] }
}

/** Returns the payload of a lazy node that {@link createLazy} made with `init`. */
export function getLazyPayload<T>({ _payload, _init }: Lazy, init: (payload: T) => unknown): T | undefined {
  return _init === init ? (_payload as T) : undefined
}

/** Returns a copy of an element with other values. In development it keeps where it was created. */
export function changeElement(
  element: ReactElement,
  change: { readonly type?: unknown; readonly key?: string | null; readonly props?: object },
): ReactElement {
  if (!hasDebugInfo(element)) return { ...element, ...change } as ReactElement
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(element)
  for (const [name, value] of Object.entries(change)) {
    descriptors[name] = { value, enumerable: true, configurable: true, writable: true }
  }
  return Object.create(Object.getPrototypeOf(element) as object | null, descriptors) as ReactElement
}

/** Returns an element as Flight itself writes it: a list that begins with the symbol of elements. */
export function toFlightModel(element: ReactElement, type: object): unknown {
  const { $$typeof: symbol } = element as { readonly $$typeof?: symbol }
  return [symbol, type, element.key, element.props]
}

/** Whether an element has debug information, such as the component that created it. */
export function hasDebugInfo(element: object): boolean {
  return '_store' in element
}

/** Prevents React's warning about missing keys in development. The keys were checked where the element was created. */
export function markKeysValidated<T>(node: T): T {
  if (isValidElement(node) && '_store' in node) Object.assign(node._store as object, { validated: 1 })
  return node
}

function isOfReactType(value: unknown, type: symbol): value is { readonly $$typeof: symbol } {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    '$$typeof' in value &&
    value.$$typeof === type
  )
}
