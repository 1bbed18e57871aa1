import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { type ContentMessage, checkMessage } from '../broadcast/message.ts'
import { planFor } from '../broadcast/plan.ts'
import type { ShownIn } from '../redis/rebuildQueue.ts'
import { findAffected } from './affected.ts'
import { createContext } from './context.ts'
import type { MessageSource } from './events.ts'
import { handleMessages } from './handleMessages.ts'
import { createMessageChannel } from './messageChannel.ts'
import { createMessageStream, GROUP } from './messageStream.ts'
import { checkWorkerOptions, type WorkerOptions } from './options.ts'
import { createRebuilder } from './rebuilder.ts'

/** What a message would have a worker do. */
export interface DryRun {
  readonly message: ContentMessage
  readonly how: 'expire' | 'refresh'
  readonly objects: readonly string[]
  /** At most 1,000. */
  readonly shownIn: readonly ShownIn[]
  /** How many there are in all. */
  readonly routes: number
}

export interface WorkerStatus {
  /** Whether it can reach Redis, and has not been stopped. */
  readonly healthy: boolean
  readonly messages: { readonly waiting: number; readonly beingHandled: number }
  readonly routes: { readonly waiting: number; readonly beingRebuilt: number; readonly failing: number }
  readonly deadLetters: number
}

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
  const { connection, keys, emit } = context
  const consumer = `${hostname()}-${process.pid}-${randomBytes(4).toString('hex')}`
  const rebuilder = createRebuilder(context)
  const handleFrom = (source: MessageSource) => async (texts: readonly string[]) => {
    await handleMessages(context, texts, source)
    rebuilder.wake()
  }
  const stream = createMessageStream(context, consumer, handleFrom('stream'))
  const channel = createMessageChannel(context, handleFrom('channel'))
  let stopping: Promise<void> | undefined
  let ended = () => {}

  async function stop() {
    await Promise.all([stream.stop(), channel.stop()])
    await rebuilder.stop()
    await context.close()
    emit({ type: 'stopped' })
    ended()
  }

  return {
    async run() {
      // Connections keep no process alive.
      const alive = setInterval(() => {}, 2 ** 30)
      const end = new Promise<void>((resolve) => {
        ended = resolve
      })
      try {
        await channel.listen()
        stream.follow()
        rebuilder.follow()
        emit({ type: 'ready', consumer })
        await end
      } finally {
        clearInterval(alive)
      }
    },

    async runOnce() {
      const alive = setInterval(() => {}, 2 ** 30)
      try {
        await stream.drain()
        await rebuilder.drain()
      } finally {
        clearInterval(alive)
      }
    },

    async dryRun(given) {
      const message = checkMessage(given)
      const { objects, how } = planFor(message, context.options.how)
      const { shownIn, routes } = await findAffected(context, objects)
      return { message, how, objects, shownIn, routes }
    },

    async waitingMessages(most) {
      return connection.forExpiring(async (redis) => {
        const last = await lastRead()
        const entries = await redis.xrange(
          keys.messages,
          last === '0-0' ? '-' : `(${last}`,
          '+',
          'COUNT',
          most,
        )
        return entries.map(([, fields]) => fields[1] ?? '')

        async function lastRead(): Promise<string> {
          const groups = (await redis.xinfo('GROUPS', keys.messages).catch(() => [])) as unknown[][]
          const group = groups.find((fields) => fields[fields.indexOf('name') + 1] === GROUP)
          return group ? String(group[group.indexOf('last-delivered-id') + 1]) : '0-0'
        }
      })
    },

    async status() {
      try {
        return await connection.forReading(async (redis) => {
          const [waiting, beingRebuilt, failing, deadLetters, groups] = await Promise.all([
            redis.zcard(keys.rebuild),
            redis.zcard(keys.rebuilding),
            redis.hlen(keys.failures),
            redis.llen(keys.dead),
            redis.xinfo('GROUPS', keys.messages).catch(() => []),
          ])
          const group = (groups as unknown[][]).find((fields) => fields[fields.indexOf('name') + 1] === GROUP)
          const count = (name: string) => Number(group?.[group.indexOf(name) + 1] ?? 0)
          return {
            healthy: stopping === undefined,
            messages: { waiting: count('lag'), beingHandled: count('pending') },
            routes: { waiting, beingRebuilt, failing },
            deadLetters,
          }
        })
      } catch {
        const none = { waiting: 0, beingHandled: 0 }
        return {
          healthy: false,
          messages: none,
          routes: { waiting: 0, beingRebuilt: 0, failing: 0 },
          deadLetters: 0,
        }
      }
    },

    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
