import type { Redis } from 'ioredis'
import { type EntryHeader, getHeaderLength, readHeader } from '../core/entryHeader.ts'
import { execPipeline } from './connect.ts'

export interface StoredHeader {
  /** Full name of the entry. */
  readonly name: string
  /** Of the whole entry. */
  readonly bytes: number
  /** None for what is no entry. */
  readonly header: EntryHeader | undefined
}

/** Bytes to ask for at first: most headers are shorter. */
const INITIAL_READ_BYTES = 2_048
/** A length beyond this is damage. */
const MAX_HEADER_BYTES = 4 * 1024 * 1024

/** Reads the headers of entries, without their payloads; what is gone meanwhile is left out. */
export async function readHeaders(redis: Redis, names: readonly string[]): Promise<StoredHeader[]> {
  const pipeline = redis.pipeline()
  for (const name of names) pipeline.strlen(name).getrangeBuffer(name, 0, INITIAL_READ_BYTES - 1)
  const replies = await execPipeline(pipeline)
  const headers = await Promise.all(
    names.map(async (name, index): Promise<StoredHeader | undefined> => {
      const start = replies[2 * index + 1]
      if (!Buffer.isBuffer(start)) return { name, bytes: 0, header: undefined }
      if (start.byteLength === 0) return undefined
      const needed = getHeaderLength(start) ?? 0
      const whole =
        needed > start.byteLength && needed < MAX_HEADER_BYTES
          ? await redis.getrangeBuffer(name, 0, needed - 1)
          : start
      return { name, bytes: Number(replies[2 * index]), header: readHeader(whole) }
    }),
  )
  return headers.filter((entry) => entry !== undefined)
}
