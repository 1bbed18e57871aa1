import type { FragmentRoute } from './scripts/runEnqueueRoutes.ts'

/** Where a message was read from. */
export type MessageSource = 'stream' | 'channel'

/** A report of a worker. */
export type WorkerEvent =
  | { type: 'ready'; consumer: string }
  | {
      /** A batch of messages was handled. */
      type: 'handled'
      source: MessageSource
      messages: number
      /** Objects that were expired, and objects that were refreshed. */
      expire: readonly string[]
      refresh: readonly string[]
      /** How many caches were removed, and how many fragments were marked stale. */
      expired: number
      refreshed: number
      /** The fragments that showed the objects, at most 1,000. */
      shownIn: readonly FragmentRoute[]
      routes: number
      durationMs: number
    }
  /** A message that was not handled. An invalid one is in the list of dead letters, unless Redis refused it. One
   *  that arrived on the channel while too many waited is not kept. */
  | { type: 'rejected'; source: MessageSource; reason: string; text: string }
  | {
      type: 'rebuilt'
      route: string
      status: number
      /** The route will be rebuilt again: not all fragments could be stored, or content has changed since. */
      requeued: boolean
      durationMs: number
    }
  | {
      type: 'rebuild-failed'
      route: string
      reason: string
      /** Failures in a row. */
      failures: number
      /** Whether the route is given up, and in the list of dead letters. Otherwise it will be retried. */
      exhausted: boolean
      durationMs: number
    }
  /**
   * There is nothing to rebuild: the page is gone, or redirects. Or the rebuild failed after its claim had ended, so that
   * another worker has the route.
   */
  | { type: 'rebuild-skipped'; route: string; reason: string; durationMs: number }
  /** Routes that were not queued, because too many wait. */
  | { type: 'routes-dropped'; routes: number }
  /** Messages that were trimmed from the stream before a worker handled them. */
  | { type: 'missed'; messages: number }
  | { type: 'hook-failed'; error: unknown }
  | { type: 'error'; operation: 'stream' | 'channel' | 'rebuild'; error: unknown }
  | { type: 'stopped' }

/** Receives the events. Must be quick. */
export type WorkerListener = (event: WorkerEvent) => void
