import type { Redis } from 'ioredis'
import type { Connection } from '../redis/connection/connection.ts'
import { createReconnectingLoop } from '../redis/connection/reconnectingLoop.ts'
import { sleepUnref } from '../redis/connection/retryLoop.ts'
import { toContentCacheError } from '../redis/connection/toContentCacheError.ts'
import {
  type ConsumerGroup,
  createConsumerGroup,
  getMessageText,
  readGroup,
  type StreamEntry,
} from './consumerGroup.ts'
import type { WorkerContext } from './context.ts'

/** Milliseconds for which a read waits for a message. */
const BLOCK_MS = 1_000
/** Milliseconds for which `drain` waits for messages that other workers have read. */
const DRAIN_TIMEOUT_MS = 60_000
/** Milliseconds after which `drain` takes over messages that another worker has read. */
const DRAIN_CLAIM_IDLE_MS = 1_000
/** Milliseconds before another attempt. */
const RETRY_DELAY_MS = 1_000

export interface MessageStream {
  /** Milliseconds since the last read ended. */
  readonly sinceLastReadMs: number
  /** Reads until it is stopped. Messages that were not handled are read again, by this worker or another. */
  follow(): Promise<void>
  /** Reads until nothing is left. */
  drain(): Promise<void>
  /** Resolves when the batch in progress is finished. */
  stop(): Promise<void>
}

/**
 * Reads the stream as a member of the group of workers. Each message goes to one worker. If this worker dies before it
 * has handled the message, another worker takes the message over. So each message is handled at least once.
 *
 * @param handle messages are acknowledged when its promise resolves
 */
export function createMessageStream(
  { connection, keys, emit, options }: WorkerContext,
  consumer: string,
  handle: (texts: readonly string[]) => Promise<void>,
): MessageStream {
  let following: Promise<void> | undefined
  let isProcessing = false
  let lastActivityAt = performance.now()
  const redis = createStreamClient(connection)
  const group = createConsumerGroup(redis, {
    stream: keys.messages,
    consumer,
    onMissed: (messages) => emit({ type: 'missed', messages }),
  })
  const loop = createReconnectingLoop({
    scope: 'client',
    connect: () => redis,
    prepare: resume,
    async read() {
      await processNextBatch(BLOCK_MS, options.claimIdleAfter)
      lastActivityAt = performance.now()
    },
    onFailure: (error) => emit({ type: 'error', operation: 'stream', error: toContentCacheError(error) }),
    retryDelayMs: RETRY_DELAY_MS,
  })

  async function resume() {
    await group.join()
    // This worker may have read messages and failed to handle them.
    await processEntries(await group.readPending())
  }

  /** @returns whether there was a message */
  async function processNextBatch(blockMs: number, minIdleMs: number): Promise<boolean> {
    const claimed = await group.claimIdle(minIdleMs)
    const entries = claimed.length > 0 ? claimed : await group.readNew(blockMs)
    await processEntries(entries)
    return entries.length > 0
  }

  async function processEntries(entries: readonly StreamEntry[]) {
    if (entries.length === 0) return
    isProcessing = true
    try {
      await handle(entries.map(([, fields]) => getMessageText(fields)))
      await group.acknowledge(entries)
    } finally {
      isProcessing = false
    }
  }

  return {
    get sinceLastReadMs() {
      return performance.now() - lastActivityAt
    },
    follow() {
      lastActivityAt = performance.now()
      following = loop.start()
      return following
    },
    async drain() {
      await resume()
      const minIdleMs = Math.min(options.claimIdleAfter, DRAIN_CLAIM_IDLE_MS)
      await drainGroup(group, minIdleMs, () => processNextBatch(0, minIdleMs))
    },
    async stop() {
      loop.stop()
      if (redis.status === 'wait') return
      const isDone = await Promise.race([
        Promise.resolve(following).then(() => true),
        sleepUnref(2 * BLOCK_MS).then(() => false),
      ])
      // A longer read means that the server does not answer. A batch that is being handled has no time limit.
      if (!isDone && !isProcessing) redis.disconnect()
      await following
      // A consumer that cannot be deleted now is deleted later by another worker.
      await group.leave().catch(() => {})
      loop.close()
    },
  }
}

/** Processes batches until the group has none. Waits for messages that other workers, alive or dead, have read. */
async function drainGroup(group: ConsumerGroup, minIdleMs: number, processNextBatch: () => Promise<boolean>) {
  const deadline = performance.now() + DRAIN_TIMEOUT_MS
  while (true) {
    if (await processNextBatch()) continue
    if (performance.now() >= deadline || !(await group.hasPending())) return
    await sleepUnref(minIdleMs / 2)
  }
}

/** The client connects at its first command. */
function createStreamClient(connection: Connection): Redis {
  return connection.duplicate({
    // Longer than a read may block.
    commandTimeout: BLOCK_MS + 10_000,
    socketTimeout: BLOCK_MS + 20_000,
    enableOfflineQueue: true,
  })
}

/** Returns the texts of messages that no worker has read yet, the oldest first. */
export async function readWaitingMessages(
  { connection, keys }: WorkerContext,
  limit: number,
): Promise<string[]> {
  return connection.runPastBreaker(async (redis) => {
    // Redis reports an error until the first message creates the stream.
    const group = await readGroup(redis, keys.messages).catch(() => undefined)
    const last = group?.['last-delivered-id']
    const entries = await redis.xrange(keys.messages, last ? `(${last}` : '-', '+', 'COUNT', limit)
    return entries.map(([, fields]) => getMessageText(fields))
  })
}
