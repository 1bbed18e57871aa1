import { guardRequestData, type OnRequestData } from './requestData.ts'
import {
  dynamicAccessAsyncStorage,
  type PublicUseCacheStore,
  type WorkStore,
  type WorkUnitStore,
  workAsyncStorage,
  workUnitAsyncStorage,
} from './storages.ts'

/** What Next takes for "no limit": `INFINITE_CACHE` in `next/dist/lib/constants`. */
export const NO_LIMIT = 0xfffffffe

/** The work units in which Next renders server components, and so fragments can be cached. */
export type RenderUnit = Extract<
  WorkUnitStore,
  { type: 'request' | 'prerender' | 'prerender-runtime' | 'prerender-legacy' | 'cache' | 'private-cache' }
>

/** Whether what is rendered in a fragment's unit may wait for what never comes. */
const fragmentUnits = new WeakMap<object, boolean>()
const rawWorkStores = new WeakMap<WorkStore, WorkStore>()

export interface Guarded {
  readonly unit: PublicUseCacheStore
  /** Aborted when something inside waits for data that a prerender does not have, such as route params. */
  readonly dynamicAccess: AbortSignal
  /** Whether it ever is: a page that is rendered for a request has all data. */
  readonly mayLackData: boolean
  /** Runs `task` with nothing of the request in reach but what Next grants a `'use cache'` function. */
  run<T>(task: () => T): T
}

/** What a fragment's code asks of Next that a stored copy cannot keep. */
export interface OnUse {
  /** Reads request data; Next throws next. */
  requestData: OnRequestData
  /** Calls `unstable_noStore()`, which has no effect in a cache of Next. */
  noStore(): void
  /** Calls `after()`, which Next will do. */
  after(): void
}

/**
 * A work unit of type `cache`, as `'use cache'` makes for itself: inside it Next throws for `cookies()`,
 * `headers()` and `connection()`, and collects the tags and lives of `fetch`, `unstable_cache` and nested
 * `'use cache'`. `draftMode()` is allowed, and always off: in draft mode no fragment is cached.
 */
export function guard(workStore: WorkStore, outer: RenderUnit | undefined, onUse: OnUse): Guarded {
  const unit: PublicUseCacheStore = {
    type: 'cache',
    phase: 'render',
    fallbackRootParamsPrerender: null,
    consumerWillServerCache: true,
    implicitTags: outer?.implicitTags,
    revalidate: NO_LIMIT,
    expire: NO_LIMIT,
    stale: NO_LIMIT,
    explicitRevalidate: undefined,
    explicitExpire: undefined,
    explicitStale: undefined,
    tags: null,
    hmrRefreshHash: outer && 'hmrRefreshHash' in outer ? outer.hmrRefreshHash : undefined,
    isHmrRefresh: outer && 'isHmrRefresh' in outer ? (outer.isHmrRefresh ?? false) : false,
    serverComponentsHmrCache:
      outer && 'serverComponentsHmrCache' in outer ? outer.serverComponentsHmrCache : undefined,
    forceRevalidate: false,
    draftMode: undefined,
    rootParams: outer && 'rootParams' in outer ? outer.rootParams : undefined,
    readRootParamNames: new Set(),
    pendingNestedCacheMetadata: new Set(),
    outerOwnerStack: undefined,
    dynamicNestedCacheError: undefined,
  }
  const mayLackData = outer !== undefined && (fragmentUnits.get(outer) ?? outer.type !== 'request')
  fragmentUnits.set(unit, mayLackData)
  const guarded = guardedWorkStore(workStore, unit, onUse)
  guardRequestData(guarded, onUse.requestData)
  const abortController = new AbortController()
  // Where a nested fragment waits for ever, so does the one around it.
  const around = dynamicAccessAsyncStorage.getStore()
  if (around && outer && fragmentUnits.has(outer)) {
    abortController.signal.addEventListener(
      'abort',
      () => around.abortController.abort(abortController.signal.reason),
      { once: true },
    )
  }
  return {
    unit,
    dynamicAccess: abortController.signal,
    mayLackData,
    run(task) {
      return workStore.runInCleanSnapshot(() =>
        workAsyncStorage.run(guarded, () =>
          workUnitAsyncStorage.run(unit, () =>
            dynamicAccessAsyncStorage.run({ abortController, reason: null }, task),
          ),
        ),
      )
    },
  }
}

export function isFragmentUnit(unit: object): boolean {
  return fragmentUnits.has(unit)
}

export function rawWorkStore(workStore: WorkStore): WorkStore {
  return rawWorkStores.get(workStore) ?? workStore
}

/**
 * The request's store as it is, except that Next's note of a forbidden `cookies()` stays with the fragment
 * that called it, instead of failing the whole page even when another fragment is the guilty one.
 */
function guardedWorkStore(workStore: WorkStore, unit: PublicUseCacheStore, onUse: OnUse): WorkStore {
  // A cache of Next inside the fragment has a unit of its own, and rules of its own.
  const isInFragment = () => workUnitAsyncStorage.getStore() === unit
  const guarded = new Proxy(workStore, {
    get(target, property) {
      // Next assigns with `??=`; without a value to find it tells us of every call, not just the first.
      if (property === 'invalidDynamicUsageError') return undefined
      // Nothing but `after()` asks for it.
      if (property === 'afterContext' && isInFragment()) onUse.after()
      return Reflect.get(target, property, target)
    },
    set(target, property, value) {
      if (property === 'isUnstableNoStore' && isInFragment()) onUse.noStore()
      if (property !== 'invalidDynamicUsageError') return Reflect.set(target, property, value, target)
      if (value instanceof Error) onUse.requestData(apiNamedIn(value), value)
      return true
    },
  })
  rawWorkStores.set(guarded, workStore)
  return guarded
}

/** Next quotes the API in its message: "Route /x used `cookies()` inside …". */
function apiNamedIn({ message }: Error): string {
  return /`([^`]+\(\))`/.exec(message)?.[1] ?? 'request data'
}
