import type { FragmentRoute } from '../redis/rebuildQueue.ts'

/** Where a message was read from. */
export type MessageSource = 'stream' | 'channel'

/** What a worker reports. Times are milliseconds. */
export type WorkerEvent =
  | { type: 'ready'; consumer: string }
  | {
      /** A batch of messages was acted upon. */
      type: 'handled'
      source: MessageSource
      messages: number
      /** Expired, or else refreshed. */
      expire: readonly string[]
      refresh: readonly string[]
      /** Caches that were removed, and fragments that were marked stale. */
      expired: number
      refreshed: number
      /** Where the objects were shown: at most 1,000 of them. */
      shownIn: readonly FragmentRoute[]
      routes: number
      ms: number
    }
  /** What arrived is no message; it is kept among the dead letters. */
  | { type: 'rejected'; source: MessageSource; reason: string; text: string }
  | {
      type: 'rebuilt'
      route: string
      status: number
      /** Not all of it could be stored, or it has changed meanwhile: it will be rebuilt once more. */
      requeued: boolean
      ms: number
    }
  | {
      /** Will be tried again, or was given up and is kept among the dead letters. */
      type: 'rebuild-failed'
      route: string
      reason: string
      failures: number
      exhausted: boolean
      ms: number
    }
  /** There is nothing to rebuild: the page is gone, or sends its visitors elsewhere. */
  | { type: 'rebuild-skipped'; route: string; reason: string; ms: number }
  /** Too many routes wait already. */
  | { type: 'routes-dropped'; routes: number }
  /** Messages that the stream no longer held when the worker came to read them. */
  | { type: 'missed'; messages: number }
  | { type: 'hook-failed'; error: unknown }
  | { type: 'error'; operation: 'stream' | 'channel' | 'rebuild'; error: unknown }
  | { type: 'stopped' }

/** Receives the events. It must be quick. */
export type WorkerListener = (event: WorkerEvent) => void
