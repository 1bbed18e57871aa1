import { detached } from './detached.ts'
import type { FragmentStore } from './store.ts'

/** A store that is loaded when it is first asked for anything. */
export function lazyStore(kind: string, load: () => Promise<FragmentStore>): FragmentStore {
  let loading: Promise<FragmentStore> | undefined
  let loaded: FragmentStore | undefined
  const ready = () => {
    // Whatever the store opens outlives the request that came first.
    loading ??= detached(() => load().then((store) => (loaded = store)))
    return loading
  }
  return {
    kind,
    async lookup(requests) {
      if (loaded) return loaded.lookup(requests)
      const called = performance.now()
      const store = await ready()
      // Readers have grown older by the time that it took.
      const waited = performance.now() - called
      return store.lookup(requests.map((request) => ({ ...request, age: request.age + waited })))
    },
    lookupNow: (key) => loaded?.lookupNow?.(key),
    derived: {
      get: (payload) => loaded?.derived?.get(payload),
      set: (payload, value, bytes) => loaded?.derived?.set(payload, value, bytes),
    },
    commit: async (key, entry, token) => (await ready()).commit(key, entry, token),
    export: async (full, bytes, entry, token) =>
      (await (await ready()).export?.(full, bytes, entry, token)) ?? 'unsupported',
    withdraw: async (fulls) => (await ready()).withdraw?.(fulls),
    expire: async (objects, progress) => (await ready()).expire(objects, progress),
    refresh: async (objects, progress) => (await ready()).refresh(objects, progress),
    lease: async (key, asked, milliseconds) => (await ready()).lease(key, asked, milliseconds),
    release: async (key, lease) => (await ready()).release(key, lease),
    settled: async (key, milliseconds) => (await ready()).settled(key, milliseconds),
    dependants: async (object) => (await ready()).dependants(object),
    clear: async () => (await ready()).clear(),
    follow(listener) {
      let ended = false
      let end: (() => void) | undefined
      ready().then(
        (store) => {
          if (!ended) end = store.follow?.(listener)
        },
        (error) => listener.missed(error),
      )
      return () => {
        ended = true
        end?.()
      }
    },
    followed: () => loaded?.followed?.(),
    // Whether there is one must be known before the store is loaded.
    ...(kind === 'redis' && {
      publish: async (message: string) => (await (await ready()).publish?.(message)) ?? 0,
      rebuild: async (route: string) => (await ready()).rebuild?.(route),
    }),
    close: async () => (await loading)?.close(),
  }
}
