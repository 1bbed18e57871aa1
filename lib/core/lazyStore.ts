import type { FragmentStore, Lookup, LookupRequest } from './fragmentStore.ts'
import { runDetached } from './runDetached.ts'

/** Creates a store that is loaded at its first use. */
export function createLazyStore(kind: string, load: () => Promise<FragmentStore>): FragmentStore {
  let loading: Promise<FragmentStore> | undefined
  let loaded: FragmentStore | undefined
  const loadStore = () => {
    // Connections and timers of the store outlive the first request.
    loading ??= runDetached(() => load().then((store) => (loaded = store)))
    return loading
  }
  /** Without a promise more once the store is loaded, because every fragment calls it. */
  const run = <R>(task: (store: FragmentStore) => R): R | Promise<Awaited<R>> =>
    loaded ? task(loaded) : (loadStore().then(task) as Promise<Awaited<R>>)

  async function lookUpLater(requests: readonly LookupRequest[]): Promise<Lookup[]> {
    const calledAt = performance.now()
    const store = await loadStore()
    // The readers' data has aged during the load.
    const waitedMs = performance.now() - calledAt
    return store.lookup(requests.map((request) => ({ ...request, ageMs: request.ageMs + waitedMs })))
  }

  return {
    kind,
    ...(kind === 'memory' && { isLocal: true }),
    lookup: (requests) => (loaded ? loaded.lookup(requests) : lookUpLater(requests)),
    lookupSync: (key) => loaded?.lookupSync?.(key),
    derived: {
      get: (payload) => loaded?.derived?.get(payload),
      set: (payload, value, bytes) => loaded?.derived?.set(payload, value, bytes),
    },
    commit: (key, entry, token) => run((store) => store.commit(key, entry, token)),
    export: async (redisKey, bytes, entry, token) =>
      (await (await loadStore()).export?.(redisKey, bytes, entry, token)) ?? 'unsupported',
    removeExports: async (redisKeys) => (await loadStore()).removeExports?.(redisKeys),
    // Begins in the turn of the call, because later reads of this process must not return older content.
    expire: async (objects, progress) => run((store) => store.expire(objects, progress)),
    refresh: async (objects, progress, options) => (await loadStore()).refresh(objects, progress, options),
    // A store without a record of expiries can exclude none.
    getLastExpiry: (objects, options) => run((store) => store.getLastExpiry?.(objects, options) ?? Infinity),
    lease: (key, request, milliseconds) => run((store) => store.lease(key, request, milliseconds)),
    release: (leases) => run((store) => store.release(leases)),
    waitForRelease: async (key, milliseconds) => (await loadStore()).waitForRelease(key, milliseconds),
    getDependents: async (object) => (await loadStore()).getDependents(object),
    clear: async () => (await loadStore()).clear(),
    subscribe(listener) {
      let isEnded = false
      let unsubscribe: (() => void) | undefined
      loadStore().then(
        (store) => {
          if (!isEnded) unsubscribe = store.subscribe?.(listener)
        },
        (error) => listener.onGap(error),
      )
      return () => {
        isEnded = true
        unsubscribe?.()
      }
    },
    getFollowedToken: () => loaded?.getFollowedToken?.(),
    // Callers must know before the store is loaded whether it has these methods.
    ...(kind === 'redis' && {
      publish: async (message: string) => (await (await loadStore()).publish?.(message)) ?? 0,
      requeueRoute: async (route: string) => (await loadStore()).requeueRoute?.(route),
    }),
    close: async () => (await loading)?.close(),
  }
}
