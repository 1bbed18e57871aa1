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
}

/** The reads of one request. Next writes what it has rendered with the handler that it has read with. */
export interface RequestReads {
  /** When the request began, on the clock of `performance.now()`. */
  readonly requestStartedAt: number
  note(key: string, read: RequestRead): void
  /** Removes and returns the read. */
  take(key: string): RequestRead | undefined
}

export function createRequestReads(): RequestReads {
  const reads = new Map<string, RequestRead>()
  return {
    requestStartedAt: performance.now(),
    note: (key, read) => void reads.set(key, read),
    take(key) {
      const read = reads.get(key)
      reads.delete(key)
      return read
    },
  }
}
