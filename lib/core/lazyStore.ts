import type { FragmentStore } from './store.ts'

/** A store that is loaded when it is first asked for anything. */
export function lazyStore(kind: string, load: () => Promise<FragmentStore>): FragmentStore {
  let loading: Promise<FragmentStore> | undefined
  const store = () => {
    loading ??= load()
    return loading
  }
  return {
    kind,
    lookup: async (requests) => (await store()).lookup(requests),
    commit: async (key, entry, token) => (await store()).commit(key, entry, token),
    expire: async (objects) => (await store()).expire(objects),
    refresh: async (objects) => (await store()).refresh(objects),
    lease: async (key, current, milliseconds) => (await store()).lease(key, current, milliseconds),
    release: async (key, lease) => (await store()).release(key, lease),
    settled: async (key, milliseconds) => (await store()).settled(key, milliseconds),
    dependants: async (object) => (await store()).dependants(object),
    clear: async () => (await store()).clear(),
    close: async () => (await loading)?.close(),
  }
}
