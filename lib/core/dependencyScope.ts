import { AsyncLocalStorage } from 'node:async_hooks'
import { defineGlobalSingleton } from './getGlobalSingleton.ts'
import {
  type Lifetime,
  minLifetime,
  minRelativeLifetime,
  NO_LIMIT,
  NO_RELATIVE_LIMIT,
  type RelativeLifetime,
} from './lifetime.ts'
import { isMoreSpecificReason, type Metadata, type UncacheableReason } from './metadata.ts'
import { createPendingWork } from './pendingWork.ts'
import { minToken, type Token } from './token.ts'

/**
 * Collects the dependencies of one render: of a fragment, or of a loader whose result several fragments share. The
 * metadata of a nested scope reaches the outer one by {@link DependencyScope.addChild}.
 */
export interface DependencyScope {
  /** The name of the fragment or of the loader. */
  readonly name: string
  /** Names the scope in errors, such as `fragment "section"`. */
  readonly label: string
  /** The fragment's key. A loader has none. */
  readonly key: string | undefined
  readonly parent: DependencyScope | undefined
  /** The earliest moment at which the data of this render may have been read, as a count of expiries. */
  readonly token: Token | undefined
  /** The same moment as the store's time, in milliseconds. Absent when the store's time was unknown. */
  readonly storeDataReadSince: number | undefined
  register(objects: readonly string[]): void
  limitLifetime(lifetime: Lifetime): void
  /** Limits the lifetime to milliseconds from the start of the render. */
  limitRelativeLifetime(staleAfter: number, discardAfter: number): void
  /** Some data may be as old as `token`, so the commit is refused when a dependency was expired after it. */
  limitToken(token: Token): void
  /** Cannot be undone. Of several reasons the most specific is kept. */
  markUncacheable(reason: UncacheableReason, error?: unknown): void
  /** Merges the metadata of a child into this scope, which is not final before the child. */
  addChild(child: Promise<ScopeResult>): void
  /** Runs once the render's output is complete, before the metadata is final. */
  onFinalize(task: () => void | Promise<void>): void
  /** Resolves when all children are final too. Later registrations are reported and not collected. */
  finalize(): Promise<ScopeResult>
  readonly uncacheable: { readonly reason: UncacheableReason; readonly error: unknown } | undefined
}

/** The result of a scope that is final. */
export interface ScopeResult extends Metadata {
  readonly token?: Token | undefined
  readonly storeDataReadSince?: number | undefined
  /** Limited only when the store's time at the start was unknown. */
  readonly relativeLifetime?: RelativeLifetime
}

export interface DependencyScopeOptions {
  readonly name: string
  readonly label: string
  readonly key?: string
  readonly token?: Token
  /** The store's time, in milliseconds, at which the first of the data may have been read. */
  readonly storeDataReadSince?: number
  readonly onLateRegistration?: (objects: readonly string[]) => void
}

const getStorage = defineGlobalSingleton('dependencyScope', () => new AsyncLocalStorage<DependencyScope>())

export function getCurrentScope(): DependencyScope | undefined {
  return getStorage().getStore()
}

/** Runs `task` so that all work that it starts, at any depth and time, registers with `scope`. */
export function runInScope<T>(scope: DependencyScope, task: () => T): T {
  return getStorage().run(scope, task)
}

export function createDependencyScope(
  parent: DependencyScope | undefined,
  options: DependencyScopeOptions,
): DependencyScope {
  const { name, label, key, storeDataReadSince: renderStartedAt, onLateRegistration } = options
  const dependencies = new Set<string>()
  const pendingWork = createPendingWork()
  let lifetime = NO_LIMIT
  let relativeLifetime = NO_RELATIVE_LIMIT
  let uncacheable: DependencyScope['uncacheable']
  let { token, storeDataReadSince } = options

  const scope: DependencyScope = {
    name,
    label,
    key,
    parent,
    get token() {
      return token
    },
    get storeDataReadSince() {
      return storeDataReadSince
    },
    get uncacheable() {
      return uncacheable
    },
    register(objects) {
      if (pendingWork.isComplete) onLateRegistration?.(objects)
      else for (const object of objects) dependencies.add(object)
    },
    limitLifetime(other) {
      lifetime = minLifetime(lifetime, other)
    },
    limitRelativeLifetime(staleAfter, discardAfter) {
      if (renderStartedAt === undefined)
        relativeLifetime = minRelativeLifetime(relativeLifetime, { staleAfter, discardAfter })
      else
        scope.limitLifetime({
          staleAt: renderStartedAt + staleAfter,
          discardAt: renderStartedAt + discardAfter,
        })
    },
    limitToken(other) {
      token = minToken(token, other)
    },
    markUncacheable(reason, error) {
      if (isMoreSpecificReason(reason, uncacheable?.reason)) uncacheable = { reason, error }
    },
    addChild(child) {
      pendingWork.addChild(child.then(mergeChild, (error) => scope.markUncacheable('nested', error)))
    },
    onFinalize: pendingWork.addFinalizer,
    async finalize() {
      // Metadata that a finalizer failed to collect is missing.
      await pendingWork.complete((error) => scope.markUncacheable('error', error))
      const uncacheableReason = uncacheable?.reason
      return {
        dependencies,
        ...lifetime,
        uncacheableReason,
        relativeLifetime,
        ...(token && { token }),
        ...(storeDataReadSince !== undefined && { storeDataReadSince }),
      }
    },
  }
  return scope

  function mergeChild(metadata: ScopeResult): void {
    scope.register([...metadata.dependencies])
    scope.limitLifetime(metadata)
    if (metadata.relativeLifetime) {
      const { staleAfter, discardAfter } = metadata.relativeLifetime
      scope.limitRelativeLifetime(staleAfter, discardAfter)
    }
    // A fill that embeds an older read is as old as that read.
    if (metadata.token) scope.limitToken(metadata.token)
    if (metadata.storeDataReadSince !== undefined)
      storeDataReadSince = Math.min(storeDataReadSince ?? Infinity, metadata.storeDataReadSince)
    // A store that is down is the reason for both. Another reason belongs to the child.
    if (metadata.uncacheableReason)
      scope.markUncacheable(metadata.uncacheableReason === 'store-down' ? 'store-down' : 'nested')
  }
}
