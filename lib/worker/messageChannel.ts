import type { Redis } from 'ioredis'
import { createReconnectingLoop, type ReconnectingLoop } from '../redis/connection/reconnectingLoop.ts'
import { sleepUnref } from '../redis/connection/retryLoop.ts'
import { toContentCacheError } from '../redis/connection/toContentCacheError.ts'
import { createBatchQueue } from './batchQueue.ts'
import type { WorkerContext } from './context.ts'
import { excludeStreamed } from './excludeStreamed.ts'

export interface MessageChannel {
  /** False from the moment when the connection is closed, or Redis does not answer on it, until the next subscription. */
  readonly listening: boolean
  /** @param onListening called whenever a subscription begins */
  listen(onListening: () => void): void
  /** Resolves when the batch in progress is finished. */
  stop(): Promise<void>
}

/** Milliseconds before another attempt. */
const RETRY_DELAY_MS = 500
/** Milliseconds between two tests of the connection. */
const HEARTBEAT_MS = 5_000

/**
 * Receives messages from programs that do not write to the stream, such as a shell, a database trigger, or the programs
 * of 2012. Every worker receives and handles each message. This is safe, because a second expiry has no effect and a
 * route is queued once. A worker that is not running misses the messages.
 */
export function createMessageChannel(
  context: WorkerContext,
  handle: (texts: readonly string[]) => Promise<void>,
  { heartbeatMs = HEARTBEAT_MS } = {},
): MessageChannel {
  const { connection, emit, options } = context
  let listening = false
  let loop: ReconnectingLoop | undefined
  const queue = createBatchQueue({
    async handle(texts) {
      const channelOnly = await excludeStreamed(context, texts)
      if (channelOnly.length > 0) await handle(channelOnly)
    },
    onFailure: reportFailure,
    onReject(text) {
      const reason = 'Too many messages wait.'
      emit({ type: 'rejected', source: 'channel', reason, text: text.slice(0, 200) })
    },
    retryDelayMs: RETRY_DELAY_MS,
  })

  function reportFailure(error: unknown) {
    emit({ type: 'error', operation: 'channel', error: toContentCacheError(error) })
  }

  function openSubscriber(): Redis {
    const redis = connection.duplicate({ autoResubscribe: false, commandTimeout: 2 * heartbeatMs })
    redis.on('message', (_channel, text) => queue.add(text))
    redis.on('close', () => {
      listening = false
    })
    return redis
  }

  return {
    get listening() {
      return listening
    },
    listen(onListening) {
      loop = createReconnectingLoop({
        scope: 'connection',
        connect: openSubscriber,
        async prepare(redis) {
          await redis.subscribe(options.channel)
          listening = true
          onListening()
        },
        async read(redis) {
          // A connection without messages may be dead.
          try {
            await redis.ping()
          } catch (error) {
            listening = false
            throw error
          }
          await sleepUnref(heartbeatMs)
        },
        onFailure: reportFailure,
        retryDelayMs: RETRY_DELAY_MS,
      })
      void loop.start()
    },
    async stop() {
      loop?.close()
      await queue.stop()
    },
  }
}
