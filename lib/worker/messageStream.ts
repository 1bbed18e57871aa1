import type { Redis } from 'ioredis'
import { sleepUnref } from '../redis/connection/sleepUnref.ts'
import { toContentCacheError } from '../redis/connection/toContentCacheError.ts'
import type { WorkerContext } from './context.ts'

/** One group for all workers of a namespace: each message is for one of them. */
export const GROUP = 'workers'

/** Milliseconds of a read that finds nothing. */
const BLOCK_MS = 1_000
const BATCH_SIZE = 500
/** Milliseconds for which it waits for what other workers have read. */
const DRAIN_TIMEOUT_MS = 60_000
/** Milliseconds before another try. */
const RETRY_DELAY_MS = 1_000
/** Milliseconds after which whoever is to deal with all that waits takes over what another has read. */
const DRAIN_CLAIM_IDLE_MS = 1_000
/** Milliseconds after which a worker that has not asked for anything counts as gone. */
const CONSUMER_TTL_MS = 3_600_000

type StreamEntry = [streamId: string, fields: string[] | null]
type StreamReply = [name: string, entries: StreamEntry[]][] | null

export interface MessageStream {
  /** Milliseconds since it last came round. */
  readonly idleMs: number
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
  let client: Redis | undefined
  let following: Promise<void> | undefined
  let claimedAt = -Infinity
  let isProcessing = false
  let lastActivityAt = performance.now()

  function getClient(): Redis {
    client ??= connection.duplicate({
      // Longer than a read may block.
      commandTimeout: BLOCK_MS + 10_000,
      socketTimeout: BLOCK_MS + 20_000,
      enableOfflineQueue: true,
    })
    return client
  }

  async function follow() {
    while (running) {
      try {
        await prepare(getClient())
        // What was read here before, and failed.
        await processEntries(await readPending(getClient()))
        while (running) {
          await processNextBatch(getClient(), BLOCK_MS)
          lastActivityAt = performance.now()
        }
      } catch (error) {
        if (!running) return
        emit({ type: 'error', operation: 'stream', error: toContentCacheError(error) })
        await sleepUnref(RETRY_DELAY_MS)
      }
    }
  }

  async function prepare(redis: Redis) {
    await createGroup(redis)
    const missed = await countMissed(redis)
    if (missed > 0) emit({ type: 'missed', messages: missed })
    await deleteIdleConsumers(redis)
  }

  async function createGroup(redis: Redis) {
    // A full server refuses to make one, even where there is one.
    const groups = (await redis.xinfo('GROUPS', stream).catch(() => [])) as unknown[][]
    if (groups.map(parseFieldPairs).some(({ name }) => name === GROUP)) return
    // From the first on: messages may be older than the first worker.
    const create = ['CREATE', stream, GROUP, '0', 'MKSTREAM']
    try {
      await redis
        .call('XGROUP', ...create, 'ENTRIESREAD', '0')
        // Redis before 7 does not count.
        .catch((error) => (isBusyGroupError(error) ? undefined : redis.call('XGROUP', ...create)))
    } catch (error) {
      if (!isBusyGroupError(error)) throw error
    }
  }

  /**
   * The stream has a length; what was trimmed before anybody read it is gone. Older servers do not count, and a
   * server that was restarted may have counted wrong: what is still there, or was the last, has not been missed.
   */
  async function countMissed(redis: Redis): Promise<number> {
    const info = parseFieldPairs(await redis.xinfo('STREAM', stream))
    const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][]
    const group = groups.map(parseFieldPairs).find((fields) => fields.name === GROUP)
    const read = group?.['entries-read']
    const last = String(group?.['last-delivered-id'])
    if (typeof read !== 'number' || typeof info['entries-added'] !== 'number') return 0
    const first = (info['first-entry'] as [string, unknown] | null)?.[0]
    if (last === info['last-generated-id'] || (first !== undefined && !isBefore(last, first))) return 0
    return Math.max(0, info['entries-added'] - Number(info.length) - read)
  }

  /** Each process is a member of its own, and most do not say goodbye. */
  async function deleteIdleConsumers(redis: Redis) {
    const consumers = (await redis.xinfo('CONSUMERS', stream, GROUP)) as unknown[][]
    for (const { name, pending, idle } of consumers.map(parseFieldPairs)) {
      if (pending === 0 && Number(idle) > CONSUMER_TTL_MS && name !== consumer)
        await redis.xgroup('DELCONSUMER', stream, GROUP, String(name))
    }
  }

  /** @returns whether there was anything */
  async function processNextBatch(
    redis: Redis,
    block: number,
    idle = options.claimIdleAfter,
  ): Promise<boolean> {
    const entries = await claimStale(redis, idle)
    if (entries.length === 0) entries.push(...(await readNew(redis, block)))
    await processEntries(entries)
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
            BATCH_SIZE,
            'BLOCK',
            block,
            'STREAMS',
            stream,
            '>',
          )
        : await redis.xreadgroup('GROUP', GROUP, consumer, 'COUNT', BATCH_SIZE, 'STREAMS', stream, '>')
    return parseEntries(reply)
  }

  async function readPending(redis: Redis): Promise<StreamEntry[]> {
    return parseEntries(
      await redis.xreadgroup('GROUP', GROUP, consumer, 'COUNT', BATCH_SIZE, 'STREAMS', stream, '0'),
    )
  }

  /** Of workers that died, or have taken longer than anyone should. */
  async function claimStale(redis: Redis, idle: number): Promise<StreamEntry[]> {
    if (performance.now() - claimedAt < idle / 2) return []
    const reply = await redis.xautoclaim(stream, GROUP, consumer, idle, '0-0', 'COUNT', BATCH_SIZE)
    const [, entries, deletedIds = []] = reply as [string, StreamEntry[], string[]?]
    // Trimmed before whoever had read them was done with them.
    if (deletedIds.length > 0) emit({ type: 'missed', messages: deletedIds.length })
    if (entries.length < BATCH_SIZE) claimedAt = performance.now()
    return entries.filter((entry) => entry !== null)
  }

  /** Whether somebody has read what is not dealt with yet. */
  async function hasPending(redis: Redis): Promise<boolean> {
    const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][]
    return Number(groups.map(parseFieldPairs).find(({ name }) => name === GROUP)?.pending ?? 0) > 0
  }

  async function processEntries(entries: readonly StreamEntry[]) {
    if (entries.length === 0) return
    isProcessing = true
    try {
      await handle(entries.map(([, fields]) => getMessageText(fields)))
      await getClient().xack(stream, GROUP, ...entries.map(([streamId]) => streamId))
    } finally {
      isProcessing = false
    }
  }

  return {
    get idleMs() {
      return performance.now() - lastActivityAt
    },
    follow() {
      running = true
      lastActivityAt = performance.now()
      following = follow()
      return following
    },
    async drain() {
      const redis = getClient()
      await prepare(redis)
      await processEntries(await readPending(redis))
      const idle = Math.min(options.claimIdleAfter, DRAIN_CLAIM_IDLE_MS)
      const deadline = performance.now() + DRAIN_TIMEOUT_MS
      do {
        while (await processNextBatch(redis, 0, idle)) {}
      } while (
        performance.now() < deadline &&
        (await hasPending(redis)) &&
        (await sleepUnref(idle / 2).then(() => true))
      )
    },
    async stop() {
      running = false
      const currentClient = client
      if (currentClient === undefined) return
      const isDone = await Promise.race([
        Promise.resolve(following).then(() => true),
        sleepUnref(2 * BLOCK_MS).then(() => false),
      ])
      // It waits for a server that does not answer. A batch under way may take as long as it needs.
      if (!isDone && !isProcessing) currentClient.disconnect()
      await following
      try {
        // What it has read but not dealt with must stay on its account, for others to take over.
        const consumers = (await currentClient.xinfo('CONSUMERS', stream, GROUP)) as unknown[][]
        const self = consumers.map(parseFieldPairs).find(({ name }) => name === consumer)
        if (self?.pending === 0) await currentClient.xgroup('DELCONSUMER', stream, GROUP, consumer)
      } catch {
        // It will be forgotten in time.
      }
      currentClient.disconnect()
    },
  }
}

/** Places in a stream: milliseconds and a number. */
function isBefore(one: string, other: string): boolean {
  const [[a = 0, b = 0], [c = 0, d = 0]] = [one, other].map((streamId) =>
    streamId.split('-').map(Number),
  ) as [number[], number[]]
  return a < c || (a === c && b < d)
}

function isBusyGroupError(error: unknown): boolean {
  return String(error).includes('BUSYGROUP')
}

function parseEntries(reply: unknown): StreamEntry[] {
  return (reply as StreamReply)?.[0]?.[1] ?? []
}

/** What somebody has deleted from the stream, or written there in another form, is no message. */
export function getMessageText(fields: string[] | null): string {
  const nameIndex = fields?.findIndex((field, index) => index % 2 === 0 && field === 'message') ?? -1
  return nameIndex < 0 ? '' : (fields?.[nameIndex + 1] ?? '')
}

/** A reply of names and values. */
export function parseFieldPairs(reply: unknown): Record<string, unknown> {
  const list = reply as unknown[]
  const fields: Record<string, unknown> = Object.create(null)
  for (let index = 0; index + 1 < list.length; index += 2) fields[String(list[index])] = list[index + 1]
  return fields
}
