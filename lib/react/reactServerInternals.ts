import * as React from 'react'
import { type DependencyScope, getCurrentScope } from '../core/dependencyScope.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { defineScopeState } from '../core/scopeState.ts'

// Private parts of React in server components. `reactInternals.ts` has what all environments share.

interface ServerInternals {
  /** The hooks of the component that renders. */
  H: unknown
  /** The cache of `React.cache`. Flight sets it, and allows no other object. */
  A: AsyncDispatcher | null
}

interface AsyncDispatcher {
  getCacheForType<T>(createValue: () => T): T
  cacheSignal?(): AbortSignal | null
}

const internals = (React as unknown as Record<string, ServerInternals | undefined>)
  .__SERVER_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE

/** An empty place in the memory of the React compiler. */
export const MEMO_CACHE_SENTINEL = Symbol.for('react.memo_cache_sentinel')

/**
 * Makes calls of hooks go to `hooks`.
 *
 * @returns the hooks so far, for {@link leaveServerHooks}
 */
export function enterServerHooks(hooks: object): unknown {
  const before = internals?.H
  if (internals) internals.H = hooks
  return before
}

export function leaveServerHooks(before: unknown): void {
  if (internals) internals.H = before
}

/** Whether React has the parts that this module uses. They exist during a render of server components. */
export function hasServerInternals(): boolean {
  return internals !== undefined && 'H' in internals && typeof internals.A?.getCacheForType === 'function'
}

const getScopedDispatchers = defineGlobalSingleton('scopedDispatchers', () => new WeakSet<AsyncDispatcher>())

/**
 * Gives each fragment a cache of its own for `React.cache`. A loader that is cached in one fragment would otherwise
 * register nothing in the next one. The functions are replaced in place, because Flight refuses another object.
 */
export function scopeReactCache(): void {
  const dispatcher = internals?.A
  if (!dispatcher || getScopedDispatchers().has(dispatcher)) return
  getScopedDispatchers().add(dispatcher)
  const { getCacheForType, cacheSignal } = dispatcher
  dispatcher.getCacheForType = function getScopedCacheForType(createValue) {
    const scope = getCurrentScope()
    if (scope === undefined) return getCacheForType.call(this, createValue) as ReturnType<typeof createValue>
    const cache = getReactCache(scope)
    if (!cache.has(createValue)) cache.set(createValue, createValue())
    return cache.get(createValue) as ReturnType<typeof createValue>
  }
  if (cacheSignal === undefined) return
  dispatcher.cacheSignal = function getScopedCacheSignal() {
    const scope = getCurrentScope()
    return scope === undefined ? cacheSignal.call(this) : null
  }
}

const cacheOfScope = defineScopeState<Map<unknown, unknown>>('reactCache')

function getReactCache(scope: DependencyScope): Map<unknown, unknown> {
  let cache = cacheOfScope.get(scope)
  if (cache === undefined) {
    cache = new Map()
    cacheOfScope.set(scope, cache)
  }
  return cache
}
