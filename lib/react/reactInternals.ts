import { isValidElement } from 'react'

// What React and Flight keep private, as far as the server uses it. `reactClientInternals.ts` has the part for browsers.

const LAZY = Symbol.for('react.lazy')
const MEMO = Symbol.for('react.memo')
const CLIENT_REFERENCE = Symbol.for('react.client.reference')

/** A node or component that may still be on its way: of `React.lazy`, or of a row in a Flight payload. */
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

/** @throws a promise where the value is still to come, or what it was rejected with */
export function readLazy({ _init, _payload }: Lazy): unknown {
  return _init(_payload)
}

/** @throws what the value was rejected with */
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

/** Whether React renders a value that is no element, or may do so: its own kinds of nodes, and promises. */
export function isReactNode(value: object): boolean {
  return '$$typeof' in value || 'then' in value
}

export function isClientReference(value: unknown): boolean {
  return isOfReactType(value, CLIENT_REFERENCE)
}

/** The module and export that a client reference names, as `module#export`. */
export function getClientReferenceId(value: object): string | undefined {
  const { $$id: id } = value as { $$id?: unknown }
  return typeof id === 'string' ? id : undefined
}

/** The component in `React.memo`. */
export function getMemoizedComponent(value: unknown): unknown {
  return isOfReactType(value, MEMO) && 'type' in value ? value.type : undefined
}

/** Whether an element also holds where it was made, and by which component. */
export function hasDebugInfo(element: object): boolean {
  return '_store' in element
}

/** Tells React, which checks in development, that the element's keys were checked where the element was made. */
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
