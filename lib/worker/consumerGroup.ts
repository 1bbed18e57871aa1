import type { Redis } from 'ioredis'

/** One group for all workers of a namespace: each message is for one of them. */
const GROUP = 'workers'

/** Messages in one reply. */
const BATCH_SIZE = 500
/** Milliseconds without a command after which a worker counts as gone. */
const CONSUMER_TTL_MS = 3_600_000

export type StreamEntry = [streamId: string, fields: string[] | null]
type StreamReply = [name: string, entries: StreamEntry[]][] | null

/** This worker's membership in the group that reads the stream of messages. */
export interface ConsumerGroup {
  /** Creates the group where there is none, and cleans up after workers that are gone. */
  join(): Promise<void>
  /** @param blockMs milliseconds to wait for a message; 0 does not wait */
  readNew(blockMs: number): Promise<StreamEntry[]>
  /** Messages that this worker has read before and not acknowledged. */
  readPending(): Promise<StreamEntry[]>
  /**
   * Takes over messages that another worker has read and not acknowledged. Asks Redis at most twice in `minIdleMs`.
   *
   * @param minIdleMs milliseconds since the other worker has read them
   */
  claimIdle(minIdleMs: number): Promise<StreamEntry[]>
  acknowledge(entries: readonly StreamEntry[]): Promise<void>
  /** Whether any worker has read messages that are not acknowledged yet. */
  hasPending(): Promise<boolean>
  /** Leaves the group, unless messages of this worker must be left for others to take over. */
  leave(): Promise<void>
}

export interface ConsumerGroupOptions {
  readonly stream: string
  /** Name of this worker, unique. */
  readonly consumer: string
  /** Called with the number of messages that were trimmed from the stream before they were handled. */
  onMissed(messages: number): void
}

export function createConsumerGroup(
  redis: Redis,
  { stream, consumer, onMissed }: ConsumerGroupOptions,
): ConsumerGroup {
  const group = ['GROUP', GROUP, consumer, 'COUNT', BATCH_SIZE] as const
  let claimedAt = -Infinity

  return {
    async join() {
      await createGroup(redis, stream)
      const missed = await countMissed(redis, stream)
      if (missed > 0) onMissed(missed)
      for (const { name, pending, idle } of await readConsumers(redis, stream)) {
        // Each process is its own consumer, and a killed process leaves its consumer behind.
        if (pending === 0 && Number(idle) > CONSUMER_TTL_MS && name !== consumer)
          await redis.xgroup('DELCONSUMER', stream, GROUP, String(name))
      }
    },

    async readNew(blockMs) {
      // BLOCK 0 would wait for ever.
      const reply =
        blockMs > 0
          ? await redis.xreadgroup(...group, 'BLOCK', blockMs, 'STREAMS', stream, '>')
          : await redis.xreadgroup(...group, 'STREAMS', stream, '>')
      return parseEntries(reply)
    },

    async readPending() {
      return parseEntries(await redis.xreadgroup(...group, 'STREAMS', stream, '0'))
    },

    async claimIdle(minIdleMs) {
      if (performance.now() - claimedAt < minIdleMs / 2) return []
      const reply = await redis.xautoclaim(stream, GROUP, consumer, minIdleMs, '0-0', 'COUNT', BATCH_SIZE)
      const [, entries, deletedIds = []] = reply as [string, StreamEntry[], string[]?]
      if (deletedIds.length > 0) onMissed(deletedIds.length)
      // After a full batch there may be more to claim.
      if (entries.length < BATCH_SIZE) claimedAt = performance.now()
      return entries.filter((entry) => entry !== null)
    },

    async acknowledge(entries) {
      await redis.xack(stream, GROUP, ...entries.map(([streamId]) => streamId))
    },

    async hasPending() {
      return Number((await readGroup(redis, stream))?.pending ?? 0) > 0
    },

    async leave() {
      const self = (await readConsumers(redis, stream)).find(({ name }) => name === consumer)
      if (self?.pending === 0) await redis.xgroup('DELCONSUMER', stream, GROUP, consumer)
    },
  }
}

async function createGroup(redis: Redis, stream: string): Promise<void> {
  // A server without free memory refuses the command even if the group exists.
  if (await readGroup(redis, stream).catch(() => undefined)) return
  // The group begins with the oldest message, because messages may be older than the first worker.
  const create = ['CREATE', stream, GROUP, '0', 'MKSTREAM']
  try {
    await redis
      .call('XGROUP', ...create, 'ENTRIESREAD', '0')
      // Redis before 7 does not know ENTRIESREAD.
      .catch((error) => (isBusyGroupError(error) ? undefined : redis.call('XGROUP', ...create)))
  } catch (error) {
    if (!isBusyGroupError(error)) throw error
  }
}

/**
 * Counts the messages that were trimmed from the stream before any worker had read them. Redis before 7 does not report
 * the numbers, and the result is 0. After a restart the numbers may be wrong, so the ids decide first: nothing was missed
 * if the group has read the newest message, or the oldest message that is still in the stream.
 */
async function countMissed(redis: Redis, stream: string): Promise<number> {
  const info = parseFieldPairs(await redis.xinfo('STREAM', stream))
  const group = await readGroup(redis, stream)
  const read = group?.['entries-read']
  const last = String(group?.['last-delivered-id'])
  if (typeof read !== 'number' || typeof info['entries-added'] !== 'number') return 0
  const first = (info['first-entry'] as [string, unknown] | null)?.[0]
  if (last === info['last-generated-id'] || (first !== undefined && !isBefore(last, first))) return 0
  return Math.max(0, info['entries-added'] - Number(info.length) - read)
}

/** Returns the fields that Redis reports for the group, or undefined without a group. Rejects without a stream. */
export async function readGroup(redis: Redis, stream: string): Promise<Record<string, unknown> | undefined> {
  const groups = (await redis.xinfo('GROUPS', stream)) as unknown[][]
  return groups.map(parseFieldPairs).find(({ name }) => name === GROUP)
}

async function readConsumers(redis: Redis, stream: string): Promise<Record<string, unknown>[]> {
  return ((await redis.xinfo('CONSUMERS', stream, GROUP)) as unknown[][]).map(parseFieldPairs)
}

/** Whether one stream id precedes another. Each is a time in milliseconds and a number. */
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

/** Returns `''`, which is not a valid message, for an entry that was deleted or has no field `message`. */
export function getMessageText(fields: string[] | null): string {
  const nameIndex = fields?.findIndex((field, index) => index % 2 === 0 && field === 'message') ?? -1
  return nameIndex < 0 ? '' : (fields?.[nameIndex + 1] ?? '')
}

/** Parses a reply of alternating names and values. */
export function parseFieldPairs(reply: unknown): Record<string, unknown> {
  const list = reply as unknown[]
  const fields: Record<string, unknown> = Object.create(null)
  for (let index = 0; index + 1 < list.length; index += 2) fields[String(list[index])] = list[index + 1]
  return fields
}
