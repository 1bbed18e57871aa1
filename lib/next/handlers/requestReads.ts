import type { Token } from '../../core/fragmentStore.ts'

/** What a request has read under one key. */
export interface RequestRead {
  /** All data of the output that replaces it is read after this moment. */
  readonly token: Token | undefined
  /** When that was, on the clock of `performance.now()`. */
  readonly startedAt: number
  /** The store's time at that moment, in milliseconds. */
  readonly now: number | undefined
  /** Objects of the entry that is replaced, which its other readers count on. */
  readonly knownObjects?: readonly string[]
  /** Whether the entry was marked stale by a refresh. */
  readonly isMarkedStale?: boolean
  /** Whether the entry was fresh, so that nothing replaces it. */
  readonly isFresh?: boolean
}

/** The reads of one request. Next writes what it has rendered with the handler that it has read with. */
export interface RequestReads {
  /** When the request began, on the clock of `performance.now()`. */
  readonly requestStartedAt: number
  /** An earlier read of the key that was not taken counts on, because its output may still be written. */
  note(key: string, read: RequestRead): void
  get(key: string): RequestRead | undefined
  /** Removes and returns the read. */
  take(key: string): RequestRead | undefined
}

export function createRequestReads(): RequestReads {
  const reads = new Map<string, RequestRead>()
  return {
    requestStartedAt: performance.now(),
    note(key, read) {
      const earlier = reads.get(key)
      const knownObjects = [...new Set([...(earlier?.knownObjects ?? []), ...(read.knownObjects ?? [])])]
      reads.set(key, { ...(earlier === undefined || earlier.isFresh ? read : earlier), knownObjects })
    },
    get: (key) => reads.get(key),
    take(key) {
      const read = reads.get(key)
      reads.delete(key)
      return read
    },
  }
}
