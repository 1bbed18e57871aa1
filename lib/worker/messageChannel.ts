import type { Redis } from 'ioredis'
import { parseMessage } from '../messages/parseMessage.ts'
import { sleepUnref } from '../redis/sleepUnref.ts'
import { toContentCacheError } from '../redis/toContentCacheError.ts'
import type { WorkerContext } from './context.ts'

export interface MessageChannel {
  readonly listening: boolean
  /** @param onListening called when it listens for the first time */
  listen(onListening: () => void): void
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/** Characters of messages that wait here, beyond which they are refused. */
const MAX_QUEUED_CHARS = 64 * 1024 * 1024
/** Milliseconds before another try. */
const RETRY_DELAY_MS = 500

/**
 * Hears messages of programs that know of no stream: a shell, a trigger, the programs of 2012. Every worker hears
 * them, and each acts; an expiry twice does no harm, and routes are noted once. While a worker is away it hears
 * nothing.
 */
export function createMessageChannel(
  { connection, keys, emit, options }: WorkerContext,
  handle: (texts: readonly string[]) => Promise<void>,
): MessageChannel {
  let subscriber: Redis | undefined
  let listening = false
  let stopped = false
  let waiting: string[] = []
  let queuedChars = 0
  let working: Promise<void> | undefined

  function enqueue(text: string) {
    if (queuedChars + text.length > MAX_QUEUED_CHARS) {
      emit({
        type: 'rejected',
        source: 'channel',
        reason: 'Too many messages wait.',
        text: text.slice(0, 200),
      })
      return
    }
    waiting.push(text)
    queuedChars += text.length
    working ??= drainQueue().finally(() => {
      working = undefined
    })
  }

  async function drainQueue() {
    while (waiting.length > 0) {
      const texts = waiting
      waiting = []
      queuedChars = 0
      try {
        const channelOnly = await excludeStreamed(texts)
        if (channelOnly.length > 0) await handle(channelOnly)
      } catch (error) {
        emit({ type: 'error', operation: 'channel', error: toContentCacheError(error) })
        if (stopped) return
        // Nobody else has them.
        waiting = [...texts, ...waiting]
        queuedChars += texts.reduce((sum, text) => sum + text.length, 0)
        await sleepUnref(RETRY_DELAY_MS)
      }
    }
  }

  /** A message that says where in which stream it is will be read there, if that is true. */
  async function excludeStreamed(texts: readonly string[]): Promise<string[]> {
    const refs = texts.map(parseStreamRef)
    const ids = refs.filter((ref) => ref?.stream === keys.messages).map((ref) => ref?.id ?? '')
    const streamedIds = new Set<string>()
    if (ids.length > 0) {
      const replies = await connection.runAlways((redis) => {
        const pipeline = redis.pipeline()
        for (const id of ids) pipeline.xrange(keys.messages, id, id)
        return pipeline.exec()
      })
      for (const [index, [error, entries]] of (replies ?? []).entries()) {
        if (error) throw error
        if (Array.isArray(entries) && entries.length > 0) streamedIds.add(ids[index] as string)
      }
    }
    return texts.filter((_, index) => {
      const ref = refs[index]
      // Another stream is that of another site on the same channel.
      return ref === undefined || (ref.stream === keys.messages && !streamedIds.has(ref.id))
    })
  }

  async function subscribe(redis: Redis, onListening: () => void) {
    try {
      await redis.subscribe(options.channel)
      listening = true
      onListening()
    } catch (error) {
      emit({ type: 'error', operation: 'channel', error: toContentCacheError(error) })
      await sleepUnref(RETRY_DELAY_MS)
      // It begins anew with the next line.
      if (!stopped) redis.disconnect(true)
    }
  }

  return {
    get listening() {
      return listening
    },
    listen(onListening) {
      const redis = connection.duplicate({ autoResubscribe: false })
      subscriber = redis
      redis.on('message', (_channel, text) => enqueue(text))
      // On each line: ioredis only subscribes again to what it had subscribed to before.
      redis.on('ready', () => void subscribe(redis, onListening))
      redis.on('close', () => {
        listening = false
      })
      redis.connect().catch(() => {})
    },
    async stop() {
      stopped = true
      subscriber?.disconnect()
      await working
    },
  }
}

function parseStreamRef(text: string): { readonly stream: string; readonly id: string } | undefined {
  try {
    const { stream } = parseMessage(text)
    const space = stream?.lastIndexOf(' ')
    if (stream === undefined || space === undefined) return undefined
    return { stream: stream.slice(0, space), id: stream.slice(space + 1) }
  } catch {
    // To be rejected by whoever handles it.
    return undefined
  }
}
