import { runDetached } from '../../core/runDetached.ts'
import { REQUEST_DATA_HANDLER, type RequestDataHandler } from './forbidRequestData.ts'
import { type NextWork, openWork, type WorkStore } from './nextWork.ts'
import { openUnit, type RenderUnit, type RenderUnitStore } from './renderUnit.ts'
import {
  dynamicAccessAsyncStorage,
  type PublicUseCacheStore,
  workAsyncStorage,
  workUnitAsyncStorage,
} from './workAsyncStorage.ts'

/** Next's value for "no limit": `INFINITE_CACHE` in `next/dist/lib/constants`. */
export const INFINITE_CACHE = 0xfffffffe

// Fields of this library in objects that Next passes on. A `WeakMap` would cost the garbage collector more.
/** In the unit of a fragment: itself, because Next may copy the fields of a unit. */
const SELF = Symbol.for('react-cache-content/fragment unit')
/** In the unit of a fragment: whether its render may wait for data that never comes. */
const MAY_HANG = Symbol.for('react-cache-content/may hang')
/** Read from the guarded view of a work store. */
const ORIGINAL = Symbol.for('react-cache-content/original work')

type FragmentUnit = PublicUseCacheStore & { [SELF]?: object; [MAY_HANG]?: boolean }

export interface GuardedUnit {
  readonly unit: RenderUnit
  /**
   * Aborted when something inside waits for data that a prerender does not have, such as route params. Absent where that cannot
   * happen: a page that is rendered for a request has all data.
   */
  readonly dynamicAccess: AbortSignal | undefined
  /** Runs `task` out of reach of the request, with access to no more of Next than a `'use cache'` function has. */
  run<T>(task: () => T): T
}

/** Calls of a fragment to Next that have no effect on a hit. */
export interface GuardHandlers extends RequestDataHandler {
  /** The fragment calls `unstable_noStore()`, which has no effect in a cache of Next. */
  noStore(): void
  /** The fragment calls `after()`. Next will run the task. */
  after(): void
}

/**
 * Creates a work unit of type `cache`, as Next does for `'use cache'`. Inside it Next throws for `cookies()`,
 * `headers()` and `connection()`, and collects the tags and lifetimes of `fetch`, `unstable_cache` and nested `'use
 * cache'`. `draftMode()` is allowed, and always off, because in draft mode no fragment is cached.
 */
export function createGuardedUnit(
  work: NextWork,
  enclosingUnit: RenderUnit | undefined,
  handlers: GuardHandlers,
): GuardedUnit {
  const workStore = openWork(work)
  const enclosing = enclosingUnit && openUnit(enclosingUnit)
  const unit: FragmentUnit = {
    type: 'cache',
    phase: 'render',
    fallbackRootParamsPrerender: null,
    consumerWillServerCache: true,
    implicitTags: enclosing?.implicitTags,
    revalidate: INFINITE_CACHE,
    expire: INFINITE_CACHE,
    stale: INFINITE_CACHE,
    explicitRevalidate: undefined,
    explicitExpire: undefined,
    explicitStale: undefined,
    tags: null,
    hmrRefreshHash: enclosing && 'hmrRefreshHash' in enclosing ? enclosing.hmrRefreshHash : undefined,
    isHmrRefresh: enclosing && 'isHmrRefresh' in enclosing ? (enclosing.isHmrRefresh ?? false) : false,
    serverComponentsHmrCache:
      enclosing && 'serverComponentsHmrCache' in enclosing ? enclosing.serverComponentsHmrCache : undefined,
    forceRevalidate: false,
    draftMode: undefined,
    rootParams: enclosing && 'rootParams' in enclosing ? enclosing.rootParams : undefined,
    readRootParamNames: new Set(),
    pendingNestedCacheMetadata: new Set(),
    outerOwnerStack: undefined,
    dynamicNestedCacheError: undefined,
  }
  const mayHang =
    enclosing !== undefined &&
    (isFragmentUnit(enclosing)
      ? (enclosing as FragmentUnit)[MAY_HANG] === true
      : enclosing.type !== 'request')
  unit[SELF] = unit
  unit[MAY_HANG] = mayHang
  const guardedStore = new Proxy(workStore, new GuardedWork(workStore, unit, handlers))
  const abortController = mayHang ? new AbortController() : undefined
  // When a nested fragment waits for ever, so does the fragment around it.
  const enclosingAccess = dynamicAccessAsyncStorage.getStore()
  if (abortController && enclosingAccess && enclosing && isFragmentUnit(enclosing)) {
    abortController.signal.addEventListener(
      'abort',
      () => enclosingAccess.abortController.abort(abortController.signal.reason),
      { once: true },
    )
  }
  return {
    unit: unit as PublicUseCacheStore as RenderUnitStore,
    dynamicAccess: abortController?.signal,
    run(task) {
      const runInUnit = () => workAsyncStorage.run(guardedStore, () => workUnitAsyncStorage.run(unit, task))
      // Not Next's clean snapshot: that has what a server around Next has stored, for instance about the visitor.
      return runDetached(() =>
        abortController
          ? dynamicAccessAsyncStorage.run({ abortController, reason: null }, runInUnit)
          : runInUnit(),
      )
    },
  }
}

export function isFragmentUnit(unit: object): boolean {
  return (unit as FragmentUnit)[SELF] === unit
}

/** The work store behind a guarded view of it. */
export function unwrapWork(workStore: object): NextWork {
  return (workStore as { [ORIGINAL]?: NextWork })[ORIGINAL] ?? (workStore as NextWork)
}

/**
 * Makes a view of the work store. Next notes a forbidden call, such as `cookies()`, in the store, and then
 * fails the whole page. In this view the note stays with the fragment that made the call.
 */
class GuardedWork implements ProxyHandler<WorkStore> {
  readonly #original: WorkStore
  readonly #unit: PublicUseCacheStore
  readonly #handlers: GuardHandlers
  /** The writes that this view has added to the caches that the unit waits for. */
  #addedWrites: Set<unknown> | undefined

  constructor(original: WorkStore, unit: PublicUseCacheStore, handlers: GuardHandlers) {
    this.#original = original
    this.#unit = unit
    this.#handlers = handlers
  }

  get(target: WorkStore, property: PropertyKey): unknown {
    if (property === ORIGINAL) return this.#original
    if (property === REQUEST_DATA_HANDLER) return this.#handlers
    // Next assigns with `??=`. Without a value, Next assigns at every call, not just at the first.
    if (property === 'invalidDynamicUsageError') return undefined
    // Only `after()` reads this property.
    if (property === 'afterContext' && this.#isInFragment()) this.#handlers.after()
    if (property === 'pendingRevalidateWrites' && target.pendingRevalidateWrites)
      return this.#watchWrites(target.pendingRevalidateWrites)
    return Reflect.get(target, property, target)
  }

  set(target: WorkStore, property: PropertyKey, value: unknown): boolean {
    if (property === 'isUnstableNoStore' && this.#isInFragment()) this.#handlers.noStore()
    if (property !== 'invalidDynamicUsageError') return Reflect.set(target, property, value, target)
    if (value instanceof Error) this.#handlers.requestData(parseApiName(value), value)
    return true
  }

  /**
   * Next 16.1 and 16.2 pass the tags of a nested cache to its unit some time after its data, and have no promise for that. They
   * have passed them when they write the entry. Later versions have listed the cache in the unit by then.
   */
  #watchWrites(writes: Promise<void>[]): Promise<void>[] {
    const watchWrite = (write: Promise<void>) => {
      const caches = this.#unit.pendingNestedCacheMetadata
      this.#addedWrites ??= new Set()
      for (const cache of caches) if (!this.#addedWrites.has(cache)) return
      this.#addedWrites.add(write)
      caches.add(write)
    }
    return new Proxy(writes, {
      get: (list, property) =>
        property === 'push'
          ? (write: Promise<void>) => {
              watchWrite(write)
              return list.push(write)
            }
          : Reflect.get(list, property),
    })
  }

  /** A cache of Next inside the fragment has a unit of its own, and rules of its own. */
  #isInFragment(): boolean {
    return workUnitAsyncStorage.getStore() === this.#unit
  }
}

/** Next quotes the API in its message: "Route /x used `cookies()` inside …". */
function parseApiName({ message }: Error): string {
  return /`([^`]+\(\))`/.exec(message)?.[1] ?? 'request data'
}
