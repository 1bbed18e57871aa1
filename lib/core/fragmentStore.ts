/**
 * The contract of a store: types only. One suite of tests (test/store/suite.ts) says what they mean, and
 * every store runs it.
 */

export { ENTRY_FORMAT } from './protocol.gen.ts'

/** A stored fragment. Times are on the store's clock, in milliseconds. */
export interface Entry {
  readonly format: number
  readonly name: string
  readonly createdAt: number
  readonly staleAt: number
  readonly discardAt: number
  readonly dependencies: readonly string[]
  /** Path of the page it was last rendered in, for rebuilding. */
  readonly route: string | undefined
  readonly payload: Uint8Array
}

/**
 * A moment in the history of expiries. A fill takes one before it reads data, and the store refuses its
 * commit when anything it depends on was expired since. The clock is the store's own counter: the clocks of
 * application machines take no part.
 */
export interface Token {
  /** Changes when the store lost its history; tokens of another epoch are worthless. */
  readonly epoch: string
  readonly clock: number
}

/** One key of a lookup. */
export interface LookupRequest {
  readonly key: string
  /**
   * Milliseconds since the caller may have read the first of its data. A duration, because clocks of
   * different machines agree on those only. The token in the reply is that old.
   */
  readonly ageMs: number
  /** Reads the shared store, never a local copy. A fill must not store a copy again. */
  readonly shared?: boolean
  /** Identifies the request; a store in strict mode checks its local copies once for each. */
  readonly requestScope?: object | undefined
}

/** The reply to one key of a lookup. */
export interface Lookup {
  /** The store's time. */
  readonly now: number
  /**
   * What the reader's data is surely not older than, for its commit: never later than `ageMs` ago. None where a
   * local copy was served without asking anybody; a `shared` lookup always has one.
   */
  readonly token: Token | undefined
  /**
   * What the reader must see, for what others have read: no expiry that was done before it asked is later. A
   * store that is not in this process cannot tell the moment of a reader exactly, so there are two bounds.
   */
  readonly requiredToken: Token | undefined
  readonly entry: Entry | undefined
  /** Marked stale by `refresh`: usable while it is replaced. */
  readonly refreshed: boolean
  /** Something is stored that is no entry: damaged, or wrongly sealed. */
  readonly unreadable?: boolean
}

/** An entry that can be shown as it is: fresh as far as the store can tell. */
export interface SyncLookup {
  /** The store's time. */
  readonly now: number
  readonly entry: Entry
  /** A copy of what is shared with other processes. */
  readonly local: boolean
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

/** What a store needs to know of a reader that asks for a lease. */
export interface LeaseRequest {
  /** That of the reader's lookup. */
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
  /** The value made from this very payload, while it is kept. Counts as a use of it. */
  get(payload: Uint8Array): object | undefined
  /**
   * Keeps a value, instead of the one before, where the payload is kept and there is room.
   *
   * @param bytes that it takes in memory, estimated
   */
  set(payload: Uint8Array, value: object, bytes: number): void
}

/** Receives the expiries of every process. */
export interface ExpiryListener {
  onExpiry(objects: readonly string[], mode: 'expire' | 'refresh'): void
  /**
   * Expiries may have been missed: any object may have been expired. Told again and again while nothing is heard.
   *
   * @param error why nothing is heard, where that is so
   */
  onGap(error?: unknown): void
}

/**
 * Where fragments are kept. Implement it for a store of your own: its methods say what each must hold, and
 * `memoryStore()` is the shortest example.
 */
export interface FragmentStore {
  /** `memory`, `redis`, …: for events and people. */
  readonly kind: string
  /** Looks up any number of keys at the cost of one, in the order asked. */
  lookup(requests: readonly LookupRequest[]): Promise<Lookup[]>
  /**
   * What `lookup` would answer without asking anybody, at once; nothing where it would have to ask, or has no entry
   * that may be shown as it is. Absent where nothing is kept in the process.
   */
  lookupSync?(key: string): SyncLookup | undefined
  /** Absent where nothing is kept in the process: then no derived value is, either. */
  readonly derived?: DerivedValues | undefined
  /** Stores the entry and its place in the index of every dependency, or nothing at all. */
  commit(key: string, entry: Entry, token: Token): Promise<CommitResult>
  /**
   * Writes what another program reads, under a full name that is not the store's: with the lifetime and in the
   * index of the entry that it was made from, and refused as that would be. Absent where no other program reads.
   *
   * @returns `unsupported` where only the store that was loaded late can tell.
   * @throws {ContentCacheTypeError} CC_INVALID_EXPORT when the store has names of its own that begin like this one
   */
  export?(
    redisKey: string,
    bytes: Uint8Array,
    entry: Entry,
    token: Token,
  ): Promise<CommitResult | 'unsupported'>
  /** Removes what was written by `export`, and nothing else. */
  removeExports?(redisKeys: readonly string[]): Promise<void>
  /**
   * Removes every fragment that depends on one of the objects, and refuses fills that began before.
   * @param progress to be called whenever a part is done, however small: it may take long, but not silently
   * @returns how many fragments were removed.
   */
  expire(objects: readonly string[], progress?: () => void): Promise<number>
  /** As `expire`, but leaves the fragments readable, marked stale, until they are replaced. */
  refresh(objects: readonly string[], progress?: () => void): Promise<number>
  /**
   * Acquires the lease to fill `key`, for at most `milliseconds`. The store grants it when it is free, or when its holder
   * began before an expiry that the caller must see.
   * @param request.requiredToken of the caller's lookup
   * @param request.wasMiss it found nothing: what has been stored since is as good as a fill under way
   * @returns what `release` needs, or `undefined` when another fill is under way.
   */
  lease(key: string, request: LeaseRequest, milliseconds: number): Promise<string | undefined>
  release(key: string, lease: string): Promise<void>
  /** Resolves when the holder of the lease commits or gives up, at the latest after `milliseconds`. */
  waitForLease(key: string, milliseconds: number): Promise<void>
  /** Keys of the fragments that depend on an object. */
  getDependents(object: string): Promise<string[]>
  clear(): Promise<void>
  /**
   * Tells of the expiries of every process from now on. For what lies above the store and shows its
   * fragments, such as whole pages. Begins with `onGap`. Absent where no other process can expire anything.
   *
   * @returns a function that ends it
   */
  subscribe?(listener: ExpiryListener): () => void
  /**
   * The clock of the last expiry that reached the listeners of `follow`. Data that a host keeps, and expires by `follow`,
   * may be from before any later expiry.
   *
   * @returns nothing before the listeners are up to date, and where no other process can expire anything
   */
  getFollowedToken?(): Token | undefined
  /**
   * Tells the programs that share the store of a change: in a stream, for those that read it later, and on a
   * channel. Absent where no other program can listen.
   *
   * @param message the text of a JSON object
   * @returns how many programs listened
   */
  publish?(message: string): Promise<number>
  /**
   * Queues a page for a worker to render again, because the last render could not be stored. The delay grows with each
   * attempt in a row. After the last attempt the page waits for the next change. Absent when the store has no workers.
   *
   * @param route path and search, as the worker asked for it
   * @throws when the store cannot be reached; where too many pages wait already, nothing is said
   */
  requeueRoute?(route: string): Promise<void>
  /** Lets go of connections and timers. */
  close(): Promise<void>
}
