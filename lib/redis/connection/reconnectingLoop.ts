import type { Redis } from 'ioredis'
import { runDetached } from '../../core/runDetached.ts'
import { createRetryLoop, type RetryLoop, sleepUnref } from './retryLoop.ts'

/** Reads from a connection of its own, through failures and reconnects, until it is stopped. */
export interface ReconnectingLoop {
  /**
   * Does nothing when the loop runs already, or was closed.
   *
   * @returns resolves when the loop has ended
   */
  start(): Promise<void>
  /** Continues on a new connection, which may lead to another server. */
  reconnect(): void
  /** No read begins after this. The read in progress goes on, and the connection stays open. */
  stop(): void
  /** Stops for good, and closes the connection. */
  close(): void
}

export interface ReconnectingLoopOptions {
  /** Creates the client, which must connect lazily. Called once, by the first `start`. */
  connect(): Redis
  /** Runs before the first read, and again after each failure. */
  prepare(client: Redis): Promise<void>
  /** Runs again and again until it fails. Leave it out when messages arrive by events. */
  read?(client: Redis): Promise<void>
  onFailure?(error: unknown): void
  readonly retryDelayMs: number
  /**
   * Whether the effect of `prepare` ends with the connection.
   *
   * - `client`: it does not. Commands wait in the client's queue until it is connected.
   * - `connection`: it does, for instance a subscription. Each new connection is prepared at once. After a failure, a
   *   connection that is still open is closed, because it may be half prepared.
   */
  readonly scope: 'client' | 'connection'
}

export function createReconnectingLoop(options: ReconnectingLoopOptions): ReconnectingLoop {
  const { connect, prepare, read, onFailure, retryDelayMs, scope } = options
  let client: Redis | undefined
  let isClosed = false
  let loop: RetryLoop | undefined
  let ended: Promise<void> | undefined

  function readFrom(client: Redis): RetryLoop {
    return createRetryLoop({
      prepare: () => prepare(client),
      step: async () => read?.(client),
      ...(onFailure && { onFailure }),
      wait: () => sleepUnref(retryDelayMs),
    })
  }

  /** Ends with the connection, or after a failure. The next connection begins another loop. */
  function readFromConnection(client: Redis): RetryLoop {
    const isCurrent = () => loop === connectionLoop && client.status === 'ready'
    const connectionLoop = createRetryLoop({
      prepare: () => prepare(client),
      async step() {
        if (read === undefined || !isCurrent()) connectionLoop.stop()
        else await read(client)
      },
      ...(onFailure && { onFailure }),
      async wait() {
        await sleepUnref(retryDelayMs)
        connectionLoop.stop()
        if (isCurrent()) client.disconnect(true)
      },
    })
    return connectionLoop
  }

  function open(): Promise<void> {
    const opened = connect()
    client = opened
    if (scope === 'client') {
      loop = readFrom(opened)
      return loop.start()
    }
    opened.on('ready', () => {
      loop?.stop()
      loop = readFromConnection(opened)
      void loop.start()
    })
    // The client makes another attempt after a failure.
    opened.connect().catch(() => {})
    return new Promise((resolve) => opened.once('end', resolve))
  }

  return {
    start() {
      if (isClosed) return Promise.resolve()
      // The connection outlives the request that was the first to need it.
      ended ??= runDetached(open)
      return ended
    },
    reconnect() {
      if (!isClosed) runDetached(() => client?.disconnect(true))
    },
    stop() {
      loop?.stop()
    },
    close() {
      isClosed = true
      loop?.stop()
      client?.disconnect()
    },
  }
}
