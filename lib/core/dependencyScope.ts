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
import { PendingWork } from './pendingWork.ts'
import { StoreWaits } from './storeWaits.ts'
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
  /** Shared by all scopes of one tree. */
  readonly storeWaits: StoreWaits
  /** The earliest moment at which the data of this render may have been read, as a count of expiries. */
  readonly token: Token | undefined
  /** The same moment as the store's time, in milliseconds. Absent when the store's time was unknown. */
  readonly storeDataReadSince: number | undefined
  register(objects: Iterable<string>): void
  limitLifetime(lifetime: Lifetime): void
  /** Limits the lifetime to milliseconds from the start of the render. */
  limitRelativeLifetime(staleAfter: number, discardAfter: number): void
  /** Some data may be as old as `token`, so the commit is refused when a dependency was expired after it. */
  limitToken(token: Token): void
  /** Cannot be undone. Of several reasons the most specific is kept. */
  markUncacheable(reason: UncacheableReason, error?: unknown): void
  /** Merges the metadata of a child into this scope, which is not final before the child. */
  addChild(child: Promise<ScopeResult>): void
  /** Like `addChild`, for a child whose metadata comes without a promise. */
  openChild(): OpenChild
  /** Runs once the render's output is complete, before the metadata is final. */
  onFinalize(task: () => void | Promise<void>): void
  /**
   * Returns the result when all children are final too, without a promise if they are. Later registrations are reported and not
   * collected.
   */
  finalize(): ScopeResult | Promise<ScopeResult>
  readonly uncacheable: { readonly reason: UncacheableReason; readonly error: unknown } | undefined
}

/** A child that is not final yet. One of the functions must be called. */
export interface OpenChild {
  resolve(metadata: ScopeResult): void
  reject(error: unknown): void
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
  return new Scope(parent, options)
}

/** A class, because a page may have hundreds of scopes, and functions of their own would take most of their memory. */
class Scope implements DependencyScope {
  readonly name: string
  readonly label: string
  readonly key: string | undefined
  readonly storeWaits: StoreWaits
  token: Token | undefined
  storeDataReadSince: number | undefined
  uncacheable: DependencyScope['uncacheable']
  readonly #dependencies = new Set<string>()
  readonly #pendingWork = new PendingWork()
  readonly #renderStartedAt: number | undefined
  readonly #onLateRegistration: DependencyScopeOptions['onLateRegistration']
  #lifetime = NO_LIMIT
  #relativeLifetime = NO_RELATIVE_LIMIT

  constructor(
    readonly parent: DependencyScope | undefined,
    { name, label, key, token, storeDataReadSince, onLateRegistration }: DependencyScopeOptions,
  ) {
    this.name = name
    this.label = label
    this.key = key
    this.storeWaits = parent?.storeWaits ?? new StoreWaits()
    this.token = token
    this.storeDataReadSince = storeDataReadSince
    this.#renderStartedAt = storeDataReadSince
    this.#onLateRegistration = onLateRegistration
  }

  register(objects: Iterable<string>): void {
    if (this.#pendingWork.isComplete) this.#onLateRegistration?.([...objects])
    else for (const object of objects) this.#dependencies.add(object)
  }

  limitLifetime(lifetime: Lifetime): void {
    this.#lifetime = minLifetime(this.#lifetime, lifetime)
  }

  limitRelativeLifetime(staleAfter: number, discardAfter: number): void {
    const startedAt = this.#renderStartedAt
    if (startedAt === undefined)
      this.#relativeLifetime = minRelativeLifetime(this.#relativeLifetime, { staleAfter, discardAfter })
    else this.limitLifetime({ staleAt: startedAt + staleAfter, discardAt: startedAt + discardAfter })
  }

  limitToken(token: Token): void {
    this.token = minToken(this.token, token)
  }

  markUncacheable(reason: UncacheableReason, error?: unknown): void {
    if (isMoreSpecificReason(reason, this.uncacheable?.reason)) this.uncacheable = { reason, error }
  }

  addChild(child: Promise<ScopeResult>): void {
    const { resolve, reject } = this.openChild()
    child.then(resolve, reject)
  }

  openChild(): OpenChild {
    const end = this.#pendingWork.openChild()
    return {
      resolve: (metadata) => {
        this.#mergeChild(metadata)
        end()
      },
      reject: (error) => {
        this.markUncacheable('nested', error)
        end()
      },
    }
  }

  onFinalize(task: () => void | Promise<void>): void {
    this.#pendingWork.addFinalizer(task)
  }

  finalize(): ScopeResult | Promise<ScopeResult> {
    // Metadata that a finalizer failed to collect is missing.
    const waiting = this.#pendingWork.complete((error) => this.markUncacheable('error', error))
    return waiting === undefined ? this.#getResult() : waiting.then(() => this.#getResult())
  }

  #getResult(): ScopeResult {
    const { staleAt, discardAt } = this.#lifetime
    return {
      dependencies: this.#dependencies,
      staleAt,
      discardAt,
      uncacheableReason: this.uncacheable?.reason,
      relativeLifetime: this.#relativeLifetime,
      token: this.token,
      storeDataReadSince: this.storeDataReadSince,
    }
  }

  #mergeChild(metadata: ScopeResult): void {
    this.register(metadata.dependencies)
    this.limitLifetime(metadata)
    if (metadata.relativeLifetime) {
      const { staleAfter, discardAfter } = metadata.relativeLifetime
      this.limitRelativeLifetime(staleAfter, discardAfter)
    }
    // A fill that embeds an older read is as old as that read.
    if (metadata.token) this.limitToken(metadata.token)
    if (metadata.storeDataReadSince !== undefined)
      this.storeDataReadSince = Math.min(this.storeDataReadSince ?? Infinity, metadata.storeDataReadSince)
    // A store that is down is the reason for both. Another reason belongs to the child.
    if (metadata.uncacheableReason)
      this.markUncacheable(metadata.uncacheableReason === 'store-down' ? 'store-down' : 'nested')
  }
}
