/**
 * The keys of the server components around a node. React's Flight leaves the components out, and gives their keys to the first
 * elements inside.
 */
export interface KeyPath {
  /** Joined by commas. */
  readonly path: string | null
  /** The outermost component has no key. A first element with a key then needs a list around it. */
  readonly isImplicit: boolean
}

export const NO_KEYS: KeyPath = { path: null, isImplicit: false }
const IMPLICIT: KeyPath = { path: null, isImplicit: true }

/** Returns the keys of the output of a component, or of a `<Fragment>` without a key. */
export function addComponentKey(keys: KeyPath, key: string | null): KeyPath {
  if (key !== null) return { path: joinKeys(keys.path, key), isImplicit: keys.isImplicit }
  return keys.path === null ? IMPLICIT : keys
}

export function joinKeys(path: string | null, key: string | null): string | null {
  if (path === null) return key
  return key === null ? path : `${path},${key}`
}
