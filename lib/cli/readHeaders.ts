import type { Redis } from 'ioredis'
import { type EntryHeader, headerLength, readHeader } from '../core/entryHeader.ts'
import { repliesOf } from './replies.ts'

export interface FoundHeader {
  /** Full name of the entry. */
  readonly name: string
  /** Of the whole entry. */
  readonly bytes: number
  /** None for what is no entry. */
  readonly header: EntryHeader | undefined
}

/** Bytes to ask for at first: most headers are shorter. */
const GUESS = 2_048
/** A length beyond this is damage. */
const LONGEST = 4 * 1024 * 1024

/** Reads the headers of entries, without their payloads; what is gone meanwhile is left out. */
export async function readHeaders(redis: Redis, names: readonly string[]): Promise<FoundHeader[]> {
  const pipeline = redis.pipeline()
  for (const name of names) pipeline.strlen(name).getrangeBuffer(name, 0, GUESS - 1)
  const replies = await repliesOf(pipeline)
  const found = await Promise.all(
    names.map(async (name, index): Promise<FoundHeader | undefined> => {
      const start = replies[2 * index + 1]
      if (!Buffer.isBuffer(start)) return { name, bytes: 0, header: undefined }
      if (start.byteLength === 0) return undefined
      const needed = headerLength(start) ?? 0
      const whole =
        needed > start.byteLength && needed < LONGEST
          ? await redis.getrangeBuffer(name, 0, needed - 1)
          : start
      return { name, bytes: Number(replies[2 * index]), header: readHeader(whole) }
    }),
  )
  return found.filter((entry) => entry !== undefined)
}
