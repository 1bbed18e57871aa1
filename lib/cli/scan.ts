import type { Redis } from 'ioredis'
import { escapeGlob } from '../redis/redisKeys.ts'
import type { Progress } from './progress.ts'

export interface Scan {
  readonly redis: Redis
  readonly progress: Progress
}

const KEYS_PER_CALL = 500
const MEMBERS_PER_SCAN = 500

/**
 * Iterates over the keys with a prefix in batches. Redis may return a key twice while it resizes its table. A key
 * that is created or deleted during the scan may or may not be returned.
 */
export async function* scanKeys(
  { redis, progress }: Scan,
  label: string,
  prefix: string,
  keyPattern = '*',
): AsyncGenerator<string[]> {
  progress.begin(label, await redis.dbsize())
  try {
    let cursor = '0'
    do {
      const pattern = escapeGlob(prefix) + keyPattern
      const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', KEYS_PER_CALL)
      progress.advance(KEYS_PER_CALL)
      if (keys.length > 0) yield keys
      cursor = next
    } while (cursor !== '0')
  } finally {
    progress.end()
  }
}

/** Iterates over the members of a set in batches. A caller that has read the first page passes its cursor. */
export async function* scanMembers(redis: Redis, set: string, cursor = '0'): AsyncGenerator<string[]> {
  let next = cursor
  do {
    const [following, members] = await redis.sscan(set, next, 'COUNT', MEMBERS_PER_SCAN)
    if (members.length > 0) yield members
    next = following
  } while (next !== '0')
}
