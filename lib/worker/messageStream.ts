import type { Redis } from 'ioredis'
import { pause } from '../redis/pause.ts'
import { redisError } from '../redis/redisError.ts'
import type { WorkerContext } from './context.ts'

/** One group for all workers of a namespace: each message is for one of them. */
export const GROUP = 'workers'

/** Milliseconds of a read that finds nothing. */
const BLOCK = 1_000
const AT_ONCE = 500
/** Milliseconds for which it waits for what other workers have read. */
const DRAIN_TIMEOUT = 60_000
/** Milliseconds before another try. */
const PAUSE = 1_000
/** Milliseconds after which whoever is to deal with all that waits takes over what another has read. */
const IDLE_IN_DRAIN = 1_000
/** Milliseconds after which a worker that has not asked for anything counts as gone. */
const FORGOTTEN = 3_600_000

type StreamEntry = [place: string, fields: string[] | null]
type StreamReply = [name: string, entries: StreamEntry[]][] | null

export interface MessageStream {
  /** Milliseconds since it last came round. */
  readonly silence: number
  /** Reads until it is stopped; messages that were not dealt with are read again, by this worker or another. */
  follow(): Promise<void>
  /** Reads what is there. */
  drain(): Promise<void>
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/**
 * Reads the stream as one of a group: each message goes to one worker, and again to another when that one died
 * before it had dealt with it. At least once, that is.
 *
 * @param handle its promise is awaited before the messages count as dealt with
 */
export function createMessageStream(
  context: WorkerContext,
  consumer: string,
  handle: (texts: readonly string[]) => Promise<void>,
): MessageStream {
  const { connection, keys, emit, options } = context
  const stream = keys.messages
  let running = false
  let link: Redis | undefined
  let following: Promise<void> | undefined
  let claimedAt = -Infinity
  let dealing = false
  let aliveAt = performance.now()

  function connected(): Redis {
    link ??= connection.another({
      // Longer than a read may block.
      commandTimeout: BLOCK + 10_000,
      socketTimeout: BLOCK + 20_000,
      enableOfflineQueue: true,
    })
    return link
  }

  async function follow() {
    while (running) {
      try {
        await prepare(connected())
        // What was read here before, and failed.
        await deal(await readPending(connected()))
        while (running) {
          await step(connected(), BLOCK)
          aliveAt = performance.now()
        }
      } catch (error) {
        if (!running) return
        emit({ type: 'error', operation: 'stream', error: redisError(error) })
        await pause(PAUSE)
      }
    }
  }

  async function prepare(redis: Redis) {
    await createGroup(redis)
    const missed = await countMissed(redis)
    if (missed > 0) emit({ type: 'missed', messages: missed })
    await forgetOthers(redis)
  }

  async function createGroup(redis: Redis) {
    // A full server refuses to make one, even where there is one.
    const groups = (await redis.xinfo('GROUPS', stream).catch(() => [])) as unknown[][]
    if (groups.map(pairs).some(({ name }) => name === GROUP)) return
    // From the first on: messages may be older than the first worker.
    const create = ['CREATE', stream, GROUP, '0', 'MKSTREAM']
    try {
      await redis
        .call('XGROUP', ...create, 'ENTRIESREAD', '0')
        // Redis before 7 does not count.
        .catch((error) => (isKnown(error) ? undefined : redis.call('XGROUP', ...create)))
    } catch (error) {
      if (!isKnown(error)) throw error
    }
  }

  /**
   * The stream has a length; what was trimmed before anybody read it is gone. Older servers do not count, and a
   * server that was restarted may have counted wrong: what is still there, or was the last, has not been missed.
   */
  async function countMissed(redis: Redis): Promise<number> {
    const about = pairs(await redis.xinfo('STREAM', stream))
    const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][]
    const group = groups.map(pairs).find((fields) => fields.name === GROUP)
    const read = group?.['entries-read']
    const last = String(group?.['last-delivered-id'])
    if (typeof read !== 'number' || typeof about['entries-added'] !== 'number') return 0
    const first = (about['first-entry'] as [string, unknown] | null)?.[0]
    if (last === about['last-generated-id'] || (first !== undefined && !isBefore(last, first))) return 0
    return Math.max(0, about['entries-added'] - Number(about.length) - read)
  }

  /** Each process is a member of its own, and most do not say goodbye. */
  async function forgetOthers(redis: Redis) {
    const members = (await redis.xinfo('CONSUMERS', stream, GROUP)) as unknown[][]
    for (const { name, pending, idle } of members.map(pairs)) {
      if (pending === 0 && Number(idle) > FORGOTTEN && name !== consumer)
        await redis.xgroup('DELCONSUMER', stream, GROUP, String(name))
    }
  }

  /** @returns whether there was anything */
  async function step(redis: Redis, block: number, idle = options.claimAfter): Promise<boolean> {
    const entries = await readAbandoned(redis, idle)
    if (entries.length === 0) entries.push(...(await readNew(redis, block)))
    await deal(entries)
    return entries.length > 0
  }

  async function readNew(redis: Redis, block: number): Promise<StreamEntry[]> {
    const reply =
      block > 0
        ? await redis.xreadgroup(
            'GROUP',
            GROUP,
            consumer,
            'COUNT',
            AT_ONCE,
            'BLOCK',
            block,
            'STREAMS',
            stream,
            '>',
          )
        : await redis.xreadgroup('GROUP', GROUP, consumer, 'COUNT', AT_ONCE, 'STREAMS', stream, '>')
    return entriesIn(reply)
  }

  async function readPending(redis: Redis): Promise<StreamEntry[]> {
    return entriesIn(
      await redis.xreadgroup('GROUP', GROUP, consumer, 'COUNT', AT_ONCE, 'STREAMS', stream, '0'),
    )
  }

  /** Of workers that died, or have taken longer than anyone should. */
  async function readAbandoned(redis: Redis, idle: number): Promise<StreamEntry[]> {
    if (performance.now() - claimedAt < idle / 2) return []
    const reply = await redis.xautoclaim(stream, GROUP, consumer, idle, '0-0', 'COUNT', AT_ONCE)
    const [, entries, gone = []] = reply as [string, StreamEntry[], string[]?]
    // Trimmed before whoever had read them was done with them.
    if (gone.length > 0) emit({ type: 'missed', messages: gone.length })
    if (entries.length < AT_ONCE) claimedAt = performance.now()
    return entries.filter((entry) => entry !== null)
  }

  /** Whether somebody has read what is not dealt with yet. */
  async function isPending(redis: Redis): Promise<boolean> {
    const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][]
    return Number(groups.map(pairs).find(({ name }) => name === GROUP)?.pending ?? 0) > 0
  }

  async function deal(entries: readonly StreamEntry[]) {
    if (entries.length === 0) return
    dealing = true
    try {
      await handle(entries.map(([, fields]) => textOf(fields)))
      await connected().xack(stream, GROUP, ...entries.map(([place]) => place))
    } finally {
      dealing = false
    }
  }

  return {
    get silence() {
      return performance.now() - aliveAt
    },
    follow() {
      running = true
      aliveAt = performance.now()
      following = follow()
      return following
    },
    async drain() {
      const redis = connected()
      await prepare(redis)
      await deal(await readPending(redis))
      const idle = Math.min(options.claimAfter, IDLE_IN_DRAIN)
      const until = performance.now() + DRAIN_TIMEOUT
      do {
        while (await step(redis, 0, idle)) {}
      } while (
        performance.now() < until &&
        (await isPending(redis)) &&
        (await pause(idle / 2).then(() => true))
      )
    },
    async stop() {
      running = false
      const last = link
      if (last === undefined) return
      const inTime = await Promise.race([
        Promise.resolve(following).then(() => true),
        pause(2 * BLOCK).then(() => false),
      ])
      // It waits for a server that does not answer. A batch under way may take as long as it needs.
      if (!inTime && !dealing) last.disconnect()
      await following
      try {
        // What it has read but not dealt with must stay on its account, for others to take over.
        const members = (await last.xinfo('CONSUMERS', stream, GROUP)) as unknown[][]
        const own = members.map(pairs).find(({ name }) => name === consumer)
        if (own?.pending === 0) await last.xgroup('DELCONSUMER', stream, GROUP, consumer)
      } catch {
        // It will be forgotten in time.
      }
      last.disconnect()
    },
  }
}

/** Places in a stream: milliseconds and a number. */
function isBefore(one: string, other: string): boolean {
  const [[a = 0, b = 0], [c = 0, d = 0]] = [one, other].map((place) => place.split('-').map(Number)) as [
    number[],
    number[],
  ]
  return a < c || (a === c && b < d)
}

function isKnown(error: unknown): boolean {
  return String(error).includes('BUSYGROUP')
}

function entriesIn(reply: unknown): StreamEntry[] {
  return (reply as StreamReply)?.[0]?.[1] ?? []
}

/** What somebody has deleted from the stream, or written there in another form, is no message. */
export function textOf(fields: string[] | null): string {
  const at = fields?.findIndex((field, index) => index % 2 === 0 && field === 'message') ?? -1
  return at < 0 ? '' : (fields?.[at + 1] ?? '')
}

/** A reply of names and values. */
export function pairs(reply: unknown): Record<string, unknown> {
  const list = reply as unknown[]
  const fields: Record<string, unknown> = Object.create(null)
  for (let at = 0; at + 1 < list.length; at += 2) fields[String(list[at])] = list[at + 1]
  return fields
}
