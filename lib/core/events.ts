import type { CommitResult, FragmentStore } from './fragmentStore.ts'
import { defineGlobalSingleton } from './getGlobalSingleton.ts'
import type { DynamicPart } from './makeup.ts'
import type { UncacheableReason } from './metadata.ts'

/** The fragment that an event is about. */
export interface FragmentRef {
  readonly name: string
  /** Made of name, `vary` and version. */
  readonly key: string
  /** Key of the fragment around it. */
  readonly parent: string | undefined
}

/** Why a stored copy is stale: its `ttl` is over, `refreshObj` marked it, or a tag of Next was revalidated. */
export type StaleReason = 'ttl' | 'refreshed' | 'tag'

/** Why no stored copy could be used. */
export type MissReason =
  /** Nothing is stored, or the store did not answer. */
  | 'absent'
  /** It is stale, and a stale copy may not be used here. */
  | StaleReason
  /** Another format, another build's client modules, or damaged. */
  | 'unreadable'

/** Why the request of a worker to fill in the foreground was not granted. */
export type RebuildRefusal =
  /** The site has no secret. */
  | 'no-secret'
  /** Not signed with the site's secret, or altered. */
  | 'unsigned'
  /** Signed too long ago or in the future: a clock is wrong, or the request was recorded. */
  | 'expired'
  /** The same signature has been used before. */
  | 'repeated'
  /** More than this process grants in so short a time. */
  | 'too-many'

/** The operation in which a store failed. */
export type StoreOperation =
  | 'lookup'
  | 'commit'
  | 'lease'
  | 'release'
  | 'expire'
  | 'refresh'
  | 'publish'
  | 'requeue'
  | 'subscribe'

/** Why a fragment was rendered without the cache. */
export type BypassReason = 'draft-mode' | 'outside-next' | 'unsupported-context' | 'next-moved'

/**
 * What the cache reports. It never logs by itself: subscribe with `onCacheEvent` and log what you need. The names of
 * durations end with their unit.
 */
export type CacheEvent =
  /** `local`: from a copy in this process, without a request to the shared store. */
  | {
      type: 'hit'
      fragment: FragmentRef
      ageSeconds: number
      dependencies: readonly string[]
      local: boolean
    }
  | {
      type: 'stale'
      fragment: FragmentRef
      reason: StaleReason
      ageSeconds: number
      dependencies: readonly string[]
    }
  | { type: 'miss'; fragment: FragmentRef; reason: MissReason }
  | { type: 'join'; fragment: FragmentRef }
  | { type: 'bypass'; fragment: FragmentRef; reason: BypassReason; error?: Error }
  | {
      type: 'commit'
      fragment: FragmentRef
      result: CommitResult
      bytes: number
      /** Bytes of it that are HTML. 0 when it was not compacted. */
      html: number
      /** The parts that are not HTML. Empty when it was not compacted. */
      dynamicParts: readonly DynamicPart[]
      durationMs: number
      dependencies: readonly string[]
    }
  | {
      type: 'uncacheable'
      fragment: FragmentRef
      reason: UncacheableReason
      error: unknown
      durationMs: number
    }
  /** Stored as it was rendered, because it could not be made compact. */
  | { type: 'not-compacted'; fragment: FragmentRef; error: unknown }
  /** Its HTML was exported under the full Redis key `key`, if `result` is `committed`. */
  | { type: 'export'; fragment: FragmentRef; key: string; result: CommitResult; bytes: number }
  /** Its HTML was not exported under these full Redis keys. */
  | { type: 'export-failed'; fragment: FragmentRef; keys: readonly string[]; error: unknown }
  /** An older copy was served because the fill failed. */
  | { type: 'fail-safe'; fragment: FragmentRef; reason: UncacheableReason; ageSeconds: number }
  /** Objects were registered after the fragment was final, so they are no dependencies. Await them in the component. */
  | { type: 'late-registration'; fragment: FragmentRef; objects: readonly string[] }
  /** Next was not notified of all pages that show the expired objects. */
  | { type: 'pages-error'; error: unknown }
  | { type: 'expire'; objects: readonly string[]; expired: number }
  | { type: 'refresh'; objects: readonly string[]; refreshed: number }
  /** `listeners`: programs that listened at that moment. Other programs read the message from the stream. */
  | { type: 'publish'; objects: readonly string[]; action: string; listeners: number }
  /** A worker's request to fill in the foreground was not granted. It is served like any other request. */
  | { type: 'rebuild-refused'; route: string; reason: RebuildRefusal }
  | {
      type: 'store-error'
      operation: StoreOperation
      error: unknown
    }

/** Receives the events. It must be quick. Its errors are ignored. */
export type CacheListener = (event: CacheEvent) => void

export interface Events {
  emit: CacheListener
  /** @returns a function that ends the subscription. */
  on(listener: CacheListener): () => void
}

const getListenersByStore = defineGlobalSingleton(
  'listeners',
  () => new WeakMap<FragmentStore, Set<CacheListener>>(),
)

/**
 * All engines on a store, in all bundles, share its listeners.
 *
 * @param instanceListener receives the events of this engine only: each bundle creates its own engine
 */
export function createEvents(store: FragmentStore, instanceListener?: CacheListener): Events {
  const listenersByStore = getListenersByStore()
  const listeners = listenersByStore.get(store) ?? new Set<CacheListener>()
  listenersByStore.set(store, listeners)
  return {
    emit(event) {
      for (const listener of instanceListener ? [instanceListener, ...listeners] : listeners) {
        try {
          const returned: unknown = listener(event)
          // Types allow an async listener. Its rejection would be unhandled.
          if (returned instanceof Promise) returned.catch(() => {})
        } catch {
          // An error of a listener must not change the response.
        }
      }
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
