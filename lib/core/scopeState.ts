import type { DependencyScope } from './dependencyScope.ts'

/** A value that a module keeps with each scope. */
export interface ScopeState<T> {
  get(scope: DependencyScope): T | undefined
  set(scope: DependencyScope, value: T): void
}

/**
 * Defines a value that is kept with each scope, for all bundles of the process. It is a field of the scope, because the garbage
 * collector visits each entry of a `WeakMap` apart, and a page may have hundreds of scopes.
 */
export function defineScopeState<T>(name: string): ScopeState<T> {
  const key = Symbol.for(`react-cache-content/scope/${name}`)
  return {
    get: (scope) => (scope as unknown as Record<symbol, T | undefined>)[key],
    set(scope, value) {
      ;(scope as unknown as Record<symbol, T>)[key] = value
    },
  }
}
