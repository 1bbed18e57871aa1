import {
  getForwardedRender,
  getMemoizedComponent,
  isClientReference,
  isLazy,
  readLazy,
} from '../reactInternals.ts'

export type ServerComponent = (props: unknown, ref: undefined) => unknown

/**
 * Returns the function that Flight would call for an element with this type. Returns `undefined` for the name of an element, a
 * client component, and React's own types.
 *
 * @throws a promise while a lazy type is pending, or the error with which it was rejected
 */
export function getServerComponent(type: unknown): ServerComponent | undefined {
  if (isClientReference(type)) return undefined
  if (typeof type === 'function') return type as ServerComponent
  if (typeof type !== 'object' || type === null) return undefined
  const render = getForwardedRender(type)
  if (render !== undefined) return render as ServerComponent
  if (isLazy(type)) return getServerComponent(readLazy(type))
  const memoized = getMemoizedComponent(type)
  return memoized === undefined ? undefined : getServerComponent(memoized)
}

/** Whether Flight would call a type. A lazy type that is not known yet counts as one, because a call can wait for it. */
export function isServerComponent(type: unknown): boolean {
  try {
    return getServerComponent(type) !== undefined
  } catch {
    return true
  }
}
