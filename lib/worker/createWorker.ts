import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { ContentMessage } from '../messages/contentMessage.ts'
import { type InvalidationMode, planInvalidation } from '../messages/invalidationPlan.ts'
import { checkMessage } from '../messages/parseMessage.ts'
import { findAffectedRoutes } from './affectedRoutes.ts'
import { createContext } from './context.ts'
import { handleMessages } from './handleMessages.ts'
import { createMessageChannel } from './messageChannel.ts'
import { createMessageStream, readWaitingMessages } from './messageStream.ts'
import { createRebuilder } from './rebuilder.ts'
import type { FragmentRoute } from './scripts/runEnqueueRoutes.ts'
import type { MessageSource } from './workerEvent.ts'
import { checkWorkerOptions, type WorkerOptions } from './workerOptions.ts'
import { readStatus, type WorkerStatus } from './workerStatus.ts'

/** The actions that a message would cause. */
export interface DryRun {
  readonly message: ContentMessage
  /** `expire` would remove the fragments, `refresh` would mark them stale. */
  readonly mode: InvalidationMode
  /** Keys of the objects. */
  readonly objects: readonly string[]
  /** The fragments that show the objects, and their routes: at most 1,000. */
  readonly shownIn: readonly FragmentRoute[]
  /** Number of distinct routes of all fragments, also beyond the limit of `shownIn`. */
  readonly routes: number
}

/** Handles messages about changes. */
export interface Worker {
  /** Works until it is stopped. */
  run(): Promise<void>
  /** Handles all waiting messages and rebuilds all waiting routes, then resolves. */
  runOnce(): Promise<void>
  /** Returns the actions that a message would cause, without performing them. */
  dryRun(message: unknown): Promise<DryRun>
  /** Returns the texts of the oldest waiting messages in the stream, at most `limit`. */
  waitingMessages(limit: number): Promise<string[]>
  status(): Promise<WorkerStatus>
  /** Resolves when the work in progress is done. Messages that were not handled are left for other workers. */
  stop(): Promise<void>
}

/** Milliseconds after which a batch of messages that is still in progress counts as stuck. */
const MAX_READ_INTERVAL_MS = 60_000

/**
 * Listens for messages about changed objects. The worker expires or refreshes the fragments that show these objects, and
 * requests the pages of the fragments, so that the site renders them again. Any number of workers may run on one
 * namespace. They share the work.
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
  const createHandler = (source: MessageSource) => async (texts: readonly string[]) => {
    await handleMessages(context, texts, source)
    rebuilder.wake()
  }
  const stream = createMessageStream(context, consumer, createHandler('stream'))
  const channel = createMessageChannel(context, createHandler('channel'))
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
      // Connections do not keep the process alive.
      const keepAlive = setInterval(() => {}, 2 ** 30)
      const end = new Promise<void>((resolve) => {
        resolveRun = resolve
      })
      try {
        // The worker may have been stopped before it ran.
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

    waitingMessages: (limit) => readWaitingMessages(context, limit),

    status() {
      return readStatus(
        context,
        stopping === undefined && channel.listening && stream.sinceLastReadMs < MAX_READ_INTERVAL_MS,
      )
    },

    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
