import type { Redis } from 'ioredis'
import { type EntryHeader, getHeaderLength, readHeader } from '../core/entryHeader.ts'
import { execPipeline } from './connect.ts'

export interface StoredHeader {
  readonly redisKey: string
  /** Size of the whole entry. */
  readonly bytes: number
  /** `undefined` if the value is not an entry. */
  readonly header: EntryHeader | undefined
}

/** Size of the first read. Most headers are shorter. */
const INITIAL_READ_BYTES = 2_048
/** A greater length means that the entry is damaged. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024

/** Reads the headers of entries without their payloads. Entries that no longer exist are omitted. */
export async function readHeaders(redis: Redis, redisKeys: readonly string[]): Promise<StoredHeader[]> {
  const pipeline = redis.pipeline()
  for (const redisKey of redisKeys)
    pipeline.strlen(redisKey).getrangeBuffer(redisKey, 0, INITIAL_READ_BYTES - 1)
  const replies = await execPipeline(pipeline)
  const headers = await Promise.all(
    redisKeys.map(async (redisKey, index): Promise<StoredHeader | undefined> => {
      const start = replies[2 * index + 1]
      if (!Buffer.isBuffer(start)) return { redisKey, bytes: 0, header: undefined }
      if (start.byteLength === 0) return undefined
      const needed = getHeaderLength(start) ?? 0
      const whole =
        needed > start.byteLength && needed < MAX_HEADER_BYTES
          ? await redis.getrangeBuffer(redisKey, 0, needed - 1)
          : start
      return { redisKey, bytes: Number(replies[2 * index]), header: readHeader(whole) }
    }),
  )
  return headers.filter((entry) => entry !== undefined)
}
