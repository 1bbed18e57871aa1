import type { Redis } from 'ioredis'
import { parseMessage } from '../broadcast/message.ts'
import { pause } from '../redis/pause.ts'
import { redisError } from '../redis/redisError.ts'
import type { WorkerContext } from './context.ts'

export interface MessageChannel {
  readonly listening: boolean
  /** @param heard called when it listens for the first time */
  listen(heard: () => void): void
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/** Characters of messages that wait here, beyond which they are refused. */
const MOST_WAITING = 64 * 1024 * 1024
/** Milliseconds before another try. */
const PAUSE = 500

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
  let listening = false
  let stopped = false
  let waiting: string[] = []
  let length = 0
  let working: Promise<void> | undefined

  function hear(text: string) {
    if (length + text.length > MOST_WAITING) {
      emit({
        type: 'rejected',
        source: 'channel',
        reason: 'Too many messages wait.',
        text: text.slice(0, 200),
      })
      return
    }
    waiting.push(text)
    length += text.length
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
        emit({ type: 'error', operation: 'channel', error: redisError(error) })
        if (stopped) return
        // Nobody else has them.
        waiting = [...texts, ...waiting]
        length += texts.reduce((sum, text) => sum + text.length, 0)
        await pause(PAUSE)
      }
    }
  }

  /** A message that says where in which stream it is will be read there, if that is true. */
  async function notInStream(texts: readonly string[]): Promise<string[]> {
    const places = texts.map(placeOf)
    const asked = places.filter((place) => place?.stream === keys.messages).map((place) => place?.at ?? '')
    const found = new Set<string>()
    if (asked.length > 0) {
      const replies = await connection.forExpiring((redis) => {
        const pipeline = redis.pipeline()
        for (const at of asked) pipeline.xrange(keys.messages, at, at)
        return pipeline.exec()
      })
      for (const [index, [error, entries]] of (replies ?? []).entries()) {
        if (error) throw error
        if (Array.isArray(entries) && entries.length > 0) found.add(asked[index] as string)
      }
    }
    return texts.filter((_, index) => {
      const place = places[index]
      // Another stream is that of another site on the same channel.
      return place === undefined || (place.stream === keys.messages && !found.has(place.at))
    })
  }

  async function subscribe(redis: Redis, heard: () => void) {
    try {
      await redis.subscribe(options.channel)
      listening = true
      heard()
    } catch (error) {
      emit({ type: 'error', operation: 'channel', error: redisError(error) })
      await pause(PAUSE)
      // It begins anew with the next line.
      if (!stopped) redis.disconnect(true)
    }
  }

  return {
    get listening() {
      return listening
    },
    listen(heard) {
      const redis = connection.another({ autoResubscribe: false })
      link = redis
      redis.on('message', (_channel, text) => hear(text))
      // On each line: ioredis only subscribes again to what it had subscribed to before.
      redis.on('ready', () => void subscribe(redis, heard))
      redis.on('close', () => {
        listening = false
      })
      redis.connect().catch(() => {})
    },
    async stop() {
      stopped = true
      link?.disconnect()
      await working
    },
  }
}

function placeOf(text: string): { readonly stream: string; readonly at: string } | undefined {
  try {
    const { stream } = parseMessage(text)
    const space = stream?.lastIndexOf(' ')
    if (stream === undefined || space === undefined) return undefined
    return { stream: stream.slice(0, space), at: stream.slice(space + 1) }
  } catch {
    // To be rejected by whoever handles it.
    return undefined
  }
}
