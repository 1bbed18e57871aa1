import { AsyncLocalStorage } from 'node:async_hooks'
import { getGlobalSingleton } from './getGlobalSingleton.ts'
import { type Lifetime, minLifetime, NO_LIMIT } from './lifetime.ts'
import { type Metadata, UNCACHEABLE_REASONS, type UncacheableReason } from './metadata.ts'
import { minToken, type Token } from './token.ts'

/**
 * Collects what one render depends on: the render of a fragment, or of a loader whose result several
 * fragments share. Nested captures hand theirs up through {@link addChild}.
 */
export interface DependencyScope {
  /** The fragment's name, or what a loader is called. */
  readonly name: string
  /** Who captures, for errors: `fragment "section"`. */
  readonly label: string
  /** The fragment's key; a loader has none. */
  readonly key: string | undefined
  readonly parent: DependencyScope | undefined
  /** The oldest moment the data of this render may have been read at, as the clock of expiries has it. */
  readonly token: Token | undefined
  /** The same moment as the store's time, in milliseconds. Absent when the store's time was unknown. */
  readonly dataReadSince: number | undefined
  register(objects: readonly string[]): void
  limitLifetime(lifetime: Lifetime): void
  /** Limits it to so many milliseconds from its start. */
  limitRelativeLifetime(staleAfter: number, discardAfter: number): void
  /** Part of the data may be as old as `token`: the commit is refused when a dependency was expired since. */
  limitToken(token: Token): void
  /** None is ever taken back; of several the most telling stands. */
  markUncacheable(reason: UncacheableReason, error?: unknown): void
  /** Makes another capture's outcome part of this one, which is not final before it. */
  addChild(child: Promise<ChildMetadata>): void
  /** Runs once the render's output is complete, before the metadata is final. */
  onFinalize(task: () => void | Promise<void>): void
  /** Resolves when everything followed is final too. After that registrations come too late. */
  finalize(): Promise<ChildMetadata>
  readonly uncacheable: { readonly reason: UncacheableReason; readonly error: unknown } | undefined
}

export interface ChildMetadata extends Metadata {
  readonly token?: Token | undefined
  readonly dataReadSince?: number | undefined
  /** Milliseconds from the start. Present when the store's time at the start was unknown. */
  readonly relativeLifetime?: { readonly staleAfter: number; readonly discardAfter: number }
}

export interface DependencyScopeOptions {
  readonly name: string
  readonly label: string
  readonly key?: string
  readonly token?: Token
  /** The store's time, in milliseconds, at which the first of the data may have been read. */
  readonly dataReadSince?: number
  readonly onLateRegistration?: (objects: readonly string[]) => void
}

const storage = getGlobalSingleton('dependencyScope', () => new AsyncLocalStorage<DependencyScope>())

export function getCurrentScope(): DependencyScope | undefined {
  return storage.getStore()
}

/** Everything that `task` starts, however deep and however late, registers with `scope`. */
export function runInScope<T>(scope: DependencyScope, task: () => T): T {
  return storage.run(scope, task)
}

export function createDependencyScope(
  parent: DependencyScope | undefined,
  options: DependencyScopeOptions,
): DependencyScope {
  const dependencies = new Set<string>()
  const children = new Set<Promise<void>>()
  const finalizers: (() => void | Promise<void>)[] = []
  let lifetime = NO_LIMIT
  let uncacheable: DependencyScope['uncacheable']
  let { token, dataReadSince } = options
  let relativeLifetime = { staleAfter: Infinity, discardAfter: Infinity }
  let isFinal = false

  const scope: DependencyScope = {
    name: options.name,
    label: options.label,
    key: options.key,
    parent,
    get token() {
      return token
    },
    get dataReadSince() {
      return dataReadSince
    },
    get uncacheable() {
      return uncacheable
    },
    register(objects) {
      if (isFinal) options.onLateRegistration?.(objects)
      else for (const object of objects) dependencies.add(object)
    },
    limitLifetime(other) {
      lifetime = minLifetime(lifetime, other)
    },
    limitRelativeLifetime(staleAfter, discardAfter) {
      if (options.dataReadSince === undefined) {
        relativeLifetime = {
          staleAfter: Math.min(relativeLifetime.staleAfter, staleAfter),
          discardAfter: Math.min(relativeLifetime.discardAfter, discardAfter),
        }
      } else {
        scope.limitLifetime({
          staleAt: options.dataReadSince + staleAfter,
          discardAt: options.dataReadSince + discardAfter,
        })
      }
    },
    limitToken(other) {
      token = minToken(token, other)
    },
    markUncacheable(reason, error) {
      if (
        uncacheable &&
        UNCACHEABLE_REASONS.indexOf(uncacheable.reason) <= UNCACHEABLE_REASONS.indexOf(reason)
      )
        return
      uncacheable = { reason, error }
    },
    addChild(child) {
      const merged = child.then(
        (metadata) => {
          scope.register([...metadata.dependencies])
          scope.limitLifetime(metadata)
          if (metadata.relativeLifetime)
            scope.limitRelativeLifetime(
              metadata.relativeLifetime.staleAfter,
              metadata.relativeLifetime.discardAfter,
            )
          // A fill that embeds an older read is as old as that read.
          if (metadata.token) token = minToken(token, metadata.token)
          if (metadata.dataReadSince !== undefined)
            dataReadSince = Math.min(dataReadSince ?? Infinity, metadata.dataReadSince)
          if (metadata.uncacheableReason) scope.markUncacheable('nested')
        },
        (error) => scope.markUncacheable('nested', error),
      )
      children.add(merged)
    },
    onFinalize(task) {
      finalizers.push(task)
    },
    async finalize() {
      // Whatever is awaited here may bring more to follow; go on until nothing is left.
      for (let childCount = -1; childCount !== children.size || finalizers.length > 0; ) {
        childCount = children.size
        await Promise.all(children)
        if (childCount !== children.size) continue
        try {
          for (const task of finalizers.splice(0)) await task()
        } catch (error) {
          // What was not collected cannot be depended on.
          scope.markUncacheable('error', error)
        }
      }
      isFinal = true
      return {
        dependencies,
        ...lifetime,
        uncacheableReason: uncacheable?.reason,
        relativeLifetime,
        ...(token && { token }),
        ...(dataReadSince !== undefined && { dataReadSince }),
      }
    },
  }
  return scope
}
