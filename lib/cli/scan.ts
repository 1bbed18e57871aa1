import type { Redis } from 'ioredis'
import { escapeGlob } from '../redis/redisKeys.ts'
import type { Progress } from './progress.ts'

export interface Scan {
  readonly redis: Redis
  readonly progress: Progress
}

const KEYS_PER_CALL = 500
const MEMBERS_PER_CALL = 500

/**
 * The keys with a prefix, in batches. Redis may show a key twice while its table grows or shrinks, and one
 * that comes or goes meanwhile or not.
 */
export async function* scanKeys(
  { redis, progress }: Scan,
  label: string,
  prefix: string,
  rest = '*',
): AsyncGenerator<string[]> {
  progress.begin(label, await redis.dbsize())
  try {
    let cursor = '0'
    do {
      const pattern = escapeGlob(prefix) + rest
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_CALL)
      progress.advance(KEYS_PER_CALL)
      if (keys.length > 0) yield keys
      cursor = next
    } while (cursor !== '0')
  } finally {
    progress.end()
  }
}

/** The members of a set in batches, from a cursor on where the caller has seen the first. */
export async function* scanMembers(redis: Redis, set: string, cursor = '0'): AsyncGenerator<string[]> {
  let next = cursor
  do {
    const [following, members] = await redis.sscan(set, next, 'COUNT', MEMBERS_PER_CALL)
    if (members.length > 0) yield members
    next = following
  } while (next !== '0')
}
