import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { ContentMessage } from '../messages/contentMessage.ts'
import { type InvalidationMode, planInvalidation } from '../messages/invalidationPlan.ts'
import { checkMessage } from '../messages/parseMessage.ts'
import type { FragmentRoute } from '../redis/rebuildQueue.ts'
import { createContext } from './context.ts'
import { findAffectedRoutes } from './findAffectedRoutes.ts'
import { handleMessages } from './handleMessages.ts'
import { createMessageChannel } from './messageChannel.ts'
import { createMessageStream } from './messageStream.ts'
import { readWaitingMessages } from './readWaitingMessages.ts'
import { createRebuilder } from './rebuilder.ts'
import type { MessageSource } from './workerEvent.ts'
import { checkWorkerOptions, type WorkerOptions } from './workerOptions.ts'
import { readStatus, type WorkerStatus } from './workerStatus.ts'

/** What a worker would do for a message. */
export interface DryRun {
  readonly message: ContentMessage
  /** Whether the fragments would be removed, or marked stale. */
  readonly mode: InvalidationMode
  /** Keys of the objects. */
  readonly objects: readonly string[]
  /** The fragments that show the objects, and their routes: at most 1,000. */
  readonly shownIn: readonly FragmentRoute[]
  /** How many different routes there are in all. */
  readonly routes: number
}

/** Handles messages about changes. */
export interface Worker {
  /** Works until it is stopped. */
  run(): Promise<void>
  /** Deals with the messages that there are, and with the routes that they, or others, have left. */
  runOnce(): Promise<void>
  /** What would be done for a message; nothing is. */
  dryRun(message: unknown): Promise<DryRun>
  /** The texts of messages that wait in the stream, at most so many. */
  waitingMessages(most: number): Promise<string[]>
  status(): Promise<WorkerStatus>
  /** Ends it when what it has begun is done. Messages that it has not dealt with are for the next. */
  stop(): Promise<void>
}

/** Milliseconds after which a batch of messages that goes on counts as stuck. */
const MAX_IDLE_MS = 60_000

/**
 * Listens for changes of content; expires or refreshes the fragments that show it, and has the site render their
 * pages anew. Any number may run on one namespace: they share the work.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example
 * const worker = createWorker({
 *   redis: 'redis://localhost:6379',
 *   site: 'http://localhost:3000',
 *   secret: process.env.CONTENT_CACHE_REBUILD_SECRET,
 *   onMessage: (message) => (message.action === 'publish' ? { routes: ['/feed.xml'] } : undefined),
 * })
 * process.once('SIGTERM', () => worker.stop())
 * await worker.run()
 */
export function createWorker(options: WorkerOptions): Worker {
  const context = createContext(checkWorkerOptions(options))
  const { emit } = context
  const consumer = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`
  const rebuilder = createRebuilder(context)
  const handleFrom = (source: MessageSource) => async (texts: readonly string[]) => {
    await handleMessages(context, texts, source)
    rebuilder.wake()
  }
  const stream = createMessageStream(context, consumer, handleFrom('stream'))
  const channel = createMessageChannel(context, handleFrom('channel'))
  let stopping: Promise<void> | undefined
  let resolveRun = () => {}

  async function stop() {
    await Promise.all([stream.stop(), channel.stop()])
    await rebuilder.stop()
    await context.close()
    emit({ type: 'stopped' })
    resolveRun()
  }

  return {
    async run() {
      // Connections keep no process alive.
      const keepAlive = setInterval(() => {}, 2 ** 30)
      const end = new Promise<void>((resolve) => {
        resolveRun = resolve
      })
      try {
        // It may have been stopped before it began.
        if (stopping !== undefined) return
        let isReady = false
        channel.listen(() => {
          if (!isReady) emit({ type: 'ready', consumer })
          isReady = true
        })
        stream.follow()
        rebuilder.follow()
        await end
      } finally {
        clearInterval(keepAlive)
      }
    },

    async runOnce() {
      const keepAlive = setInterval(() => {}, 2 ** 30)
      try {
        await stream.drain()
        await rebuilder.drain()
      } finally {
        clearInterval(keepAlive)
      }
    },

    async dryRun(input) {
      const message = checkMessage(input)
      const { objects, mode } = planInvalidation(message, context.options.mode)
      const { shownIn, routes } = await findAffectedRoutes(context, objects)
      return { message, mode, objects, shownIn, routes: routes.length }
    },

    waitingMessages: (most) => readWaitingMessages(context, most),

    status() {
      return readStatus(context, stopping === undefined && channel.listening && stream.idleMs < MAX_IDLE_MS)
    },

    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
