/**
 * The contract of a store, in types. The tests of test/store/suite.ts define their meaning, and every store runs them.
 */

import type { Awaitable } from './awaitable.ts'

export { ENTRY_FORMAT } from './protocol.gen.ts'

/** A stored fragment. Times are the store's, in milliseconds. */
export interface Entry {
  readonly format: number
  readonly name: string
  readonly createdAt: number
  readonly staleAt: number
  readonly discardAt: number
  readonly dependencies: readonly string[]
  /** Path of the page in which it was last rendered, for rebuilds. */
  readonly route: string | undefined
  readonly payload: Uint8Array
}

/**
 * A moment in the history of expiries. A fill takes one before it reads data. The store refuses its commit when one of
 * its dependencies was expired after that moment. The clock is the store's own counter, and no clock of an application
 * machine takes part.
 */
export interface Token {
  /** Changes when the store loses its history. Tokens of another epoch are invalid. */
  readonly epoch: string
  readonly clock: number
}

/** One key of a lookup. */
export interface LookupRequest {
  readonly key: string
  /**
   * Milliseconds since the caller may have read the first of its data, for the token in the reply. A duration, because
   * the times of different machines agree only on durations.
   */
  readonly ageMs: number
  /** Reads the shared store, never a local copy. A fill must not store a copy again. */
  readonly shared?: boolean
  /** Identifies the request. A store in strict mode checks its local copies once per request. */
  readonly requestScope?: object | undefined
  /**
   * Acquires the lease to fill the fragment for this many milliseconds, if nothing is stored. A store may leave it to
   * `lease`.
   */
  readonly leaseMs?: number | undefined
}

/** The reply to one key of a lookup. */
export interface Lookup {
  /** The store's time. */
  readonly now: number
  /**
   * For the reader's commit: all of the reader's data was read after this moment, which is at least `ageMs` ago. Absent when
   * a local copy was served without a request to the shared store. A `shared` lookup always has one.
   */
  readonly token: Token | undefined
  /**
   * For data that others have read: the reader must see every expiry up to this moment, which is no earlier than the last
   * expiry before the lookup. A store outside this process cannot date a reader exactly, so there are two bounds.
   */
  readonly requiredToken: Token | undefined
  readonly entry: Entry | undefined
  /** Whether `refresh` has marked the entry stale: usable while it is replaced. */
  readonly markedStale: boolean
  /** The stored value is no valid entry: damaged, or with a wrong signature. */
  readonly unreadable?: boolean
  /** Present when the lookup has asked for the lease, and found nothing. */
  readonly lease?: LeaseReply | undefined
}

/** The reply to the request for a lease. */
export type LeaseReply =
  | { readonly isGranted: true; readonly lease: string }
  /** Another process has the lease, or has stored the fragment since the lookup. */
  | { readonly isGranted: false }

/** A lease that a process holds. */
export interface HeldLease {
  readonly key: string
  readonly lease: string
}

/** An entry that is fresh as far as the store can tell. */
export interface SyncLookup {
  /** The store's time. */
  readonly now: number
  readonly entry: Entry
  /** Whether it is a local copy from a shared store. */
  readonly isLocalCopy: boolean
}

/** The reply to a lookup that was not answered from a local copy. */
export type SharedLookup = Lookup & { readonly token: Token; readonly requiredToken: Token }

/** Whether an entry was stored, or why not. */
export type CommitResult =
  | 'committed'
  /** A dependency was expired or refreshed after the token. */
  | 'fenced'
  /** The token is older than the store's memory of expiries, or of another epoch. */
  | 'unverifiable'
  | 'too-large'

/** The reader that asks for a lease. */
export interface LeaseRequest {
  /** From the reader's lookup. */
  readonly requiredToken: Token
  /** The lookup found nothing. An entry that has been stored since then is as good as a fill in progress. */
  readonly wasMiss: boolean
}

/**
 * Values that a host makes from payloads, such as decoded trees. The store keeps them, so that one bound holds for
 * both, and drops them with the payload at the latest.
 *
 * A value must hold nothing of the request that made it: it lives as long as the payload.
 */
export interface DerivedValues {
  /** The value of this payload object, if it is kept. Counts as a use. */
  get(payload: Uint8Array): object | undefined
  /**
   * Replaces the value of a payload, if the payload is kept and there is room.
   *
   * @param bytes estimated size of the value in memory
   */
  set(payload: Uint8Array, value: object, bytes: number): void
}

/** Receives the expiries of every process. */
export interface ExpiryListener {
  onExpiry(objects: readonly string[], mode: 'expire' | 'refresh'): void
  /**
   * Expiries may have been missed, so any object may have been expired. Called repeatedly while the store sends nothing.
   *
   * @param error why the store sends nothing, if so
   */
  onGap(error?: unknown): void
}

/**
 * Keeps fragments. Implement it for a store of your own. `memoryStore()` is the shortest example.
 */
export interface FragmentStore {
  /** The kind of store, such as `memory` or `redis`, for messages. */
  readonly kind: string
  /** Whether only this process fills its fragments. Fills then need no lease, and lookups no batches. */
  readonly isLocal?: boolean
  /**
   * Looks up any number of keys at the cost of one. The replies have the order of the requests. A store in this process may
   * return them without a promise.
   */
  lookup(requests: readonly LookupRequest[]): Lookup[] | Promise<Lookup[]>
  /**
   * Returns a fresh entry from the memory of the process, or nothing. Absent when the store keeps nothing in the process.
   */
  lookupSync?(key: string): SyncLookup | undefined
  /** Absent when the store keeps nothing in the process. */
  readonly derived?: DerivedValues | undefined
  /** Stores the entry and its place in the index of every dependency, or nothing at all. */
  commit(key: string, entry: Entry, token: Token): Awaitable<CommitResult>
  /**
   * Writes bytes for another program, under a full Redis key. They get the lifetime and the index of the entry from which
   * they were made, and are refused when the entry would be. Absent when no other program can read the store.
   *
   * @returns `unsupported` when a store that is loaded lazily cannot export
   * @throws {ContentCacheTypeError} CC_INVALID_EXPORT when the key begins like the store's own keys
   */
  export?(
    redisKey: string,
    bytes: Uint8Array,
    entry: Entry,
    token: Token,
  ): Promise<CommitResult | 'unsupported'>
  /** Removes values that `export` wrote. Values that another program wrote without the index stay. */
  removeExports?(redisKeys: readonly string[]): Promise<void>
  /**
   * Removes every fragment that depends on one of the objects, and refuses fills that began before. Reads of this process
   * that begin after the call find none of these fragments, also before the result.
   *
   * @param progress must be called after each part of the work, because a long silence counts as a failure
   * @returns the number of removed fragments
   */
  expire(objects: readonly string[], progress?: () => void): Promise<number>
  /**
   * The highest clock at which one of the recorded objects may have been expired, also before the retention. An entry of the
   * current epoch whose token has at least this clock shows all of these expiries. Refreshes do not count. Recorded objects
   * are Next's tags of paths, which begin with `next/tag:_N_T_`. Others are ignored. Absent when the store keeps no such record.
   *
   * @param options.shared asks the shared store. Otherwise the memory of the process may answer, without a promise. It is as
   * current as a local copy.
   * @returns 0 when none was ever expired
   * @throws when the store cannot be reached
   */
  getLastExpiry?(objects: readonly string[], options?: { readonly shared?: boolean }): Awaitable<number>
  /**
   * As `expire`, but leaves the fragments readable, marked stale, until they are replaced.
   *
   * @param options.discardAfterMs milliseconds after which fragments that were not replaced become unreadable, also those
   * that were marked before. Default: never
   */
  refresh(
    objects: readonly string[],
    progress?: () => void,
    options?: { readonly discardAfterMs?: number },
  ): Promise<number>
  /**
   * Acquires the lease to fill `key`, for at most `milliseconds`. The store grants it when it is free, or when its holder
   * began before an expiry that the caller must see.
   *
   * @returns the lease, for `release`, or `undefined` when another fill is under way
   */
  lease(key: string, request: LeaseRequest, milliseconds: number): Awaitable<string | undefined>
  /** Releases any number of leases at the cost of one. Those that have ended, or that another process holds, stay as they are. */
  release(leases: readonly HeldLease[]): Awaitable<void>
  /** Resolves when the holder of the lease commits or gives up, at the latest after `milliseconds`. */
  waitForRelease(key: string, milliseconds: number): Promise<void>
  /** Keys of the fragments that depend on an object. */
  getDependents(object: string): Promise<string[]>
  clear(): Promise<void>
  /**
   * Subscribes to the expiries of every process, for caches above the store, such as whole pages. Begins with `onGap`.
   * Absent when no other process can expire anything.
   *
   * @returns a function that ends the subscription
   */
  subscribe?(listener: ExpiryListener): () => void
  /**
   * The last expiry that reached the listeners of `subscribe`. Data that a host expires by such a listener may be from
   * before any later expiry.
   *
   * @returns nothing before the listeners are up to date, and when no other process can expire anything
   */
  getFollowedToken?(): Token | undefined
  /**
   * Publishes a change to the programs that share the store: in a stream, for later readers, and on a channel. Absent when
   * no other program can listen.
   *
   * @param message the text of a JSON object
   * @returns the number of programs that listened on the channel
   */
  publish?(message: string): Promise<number>
  /**
   * Queues a page for a worker to render again, because the last render could not be stored. The delay grows with each
   * attempt in a row. After the last attempt the page waits for the next change. Does nothing when too many pages wait
   * already. Absent when the store has no workers.
   *
   * @param route path and search, as the worker requested it
   * @throws when the store cannot be reached
   */
  requeueRoute?(route: string): Promise<void>
  /** Closes connections and stops timers. */
  close(): Promise<void>
}
