import type { Redis } from 'ioredis'
import { parseMessage } from '../broadcast/message.ts'
import { redisError } from '../redis/redisError.ts'
import type { WorkerContext } from './context.ts'

export interface MessageChannel {
  listen(): Promise<void>
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/** Characters of messages that wait here, beyond which they are refused. */
const MOST_WAITING = 64 * 1024 * 1024

/**
 * Hears messages of programs that know of no stream: a shell, a trigger, the programs of 2012. Every worker hears
 * them, and each acts; an expiry twice does no harm, and routes are noted once. While a worker is away it hears
 * nothing.
 */
export function createMessageChannel(
  { connection, keys, emit, options }: WorkerContext,
  handle: (texts: readonly string[]) => Promise<void>,
): MessageChannel {
  let link: Redis | undefined
  let waiting: string[] = []
  let length = 0
  let working: Promise<void> | undefined

  function hear(text: string) {
    length += text.length
    if (length > MOST_WAITING) {
      length -= text.length
      emit({
        type: 'rejected',
        source: 'channel',
        reason: 'Too many messages wait.',
        text: text.slice(0, 200),
      })
      return
    }
    waiting.push(text)
    working ??= work().finally(() => {
      working = undefined
    })
  }

  async function work() {
    while (waiting.length > 0) {
      const texts = waiting
      waiting = []
      length = 0
      try {
        const own = await notInStream(texts)
        if (own.length > 0) await handle(own)
      } catch (error) {
        emit({ type: 'error', operation: 'channel', error })
      }
    }
  }

  /** A message that says where in the stream it is will be read there, if that is true. */
  async function notInStream(texts: readonly string[]): Promise<string[]> {
    const places = texts.map(placeOf)
    const asked = places.filter((place) => place !== undefined)
    if (asked.length === 0) return [...texts]
    const replies = await connection.forExpiring((redis) => {
      const pipeline = redis.pipeline()
      for (const place of asked) pipeline.xrange(keys.messages, place, place)
      return pipeline.exec()
    })
    const found = new Set<string>()
    replies?.forEach(([, entries], index) => {
      if (Array.isArray(entries) && entries.length > 0) found.add(asked[index] as string)
    })
    return texts.filter((_, index) => !found.has(places[index] ?? ''))
  }

  return {
    async listen() {
      // ioredis subscribes again by itself when the line was cut.
      link = connection.another({ enableOfflineQueue: true, autoResubscribe: true })
      link.on('message', (_channel, text) => hear(text))
      await link.subscribe(options.channel).catch((error) => {
        emit({ type: 'error', operation: 'channel', error: redisError(error) })
      })
    },
    async stop() {
      link?.disconnect()
      await working
    },
  }
}

function placeOf(text: string): string | undefined {
  try {
    return parseMessage(text).stream
  } catch {
    // To be rejected by whoever handles it.
    return undefined
  }
}
