import type { Redis } from 'ioredis'
import { redisStore } from '../../lib/redis/redisStore.ts'
import { commitEntry } from '../support/commitEntry.ts'

export const FILM = '"film"@"b7"[1]'
export const LIST = '"list"@"b7"'
export const FILM_FULL = `cc:frag:${FILM}`
export const LIST_FULL = `cc:frag:${LIST}`

/** Empties the database, and adds two fragments: a film, and a list that shows this film and another. */
export async function plantFragments(redis: Redis, secret?: string): Promise<void> {
  await redis.flushall()
  const store = redisStore(redis, { local: false, timeout: 5_000, ...(secret && { secret }) })
  try {
    await commitEntry(store, FILM, { name: 'film', route: '/films/1', dependencies: ['film:1'] })
    await commitEntry(store, LIST, {
      name: 'list',
      route: '/',
      dependencies: ['film:1', 'film:2', 'film:new'],
    })
  } finally {
    await store.close()
  }
}
