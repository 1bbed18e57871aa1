import type { Redis } from 'ioredis'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { redisStore } from '../redis/redisStore.ts'
import type { Target } from './target.ts'

/** The store that the site uses, for what only it may do; nobody waits for a page here. */
export async function withStore<T>(
  redis: Redis,
  { prefixes }: Target,
  task: (store: FragmentStore) => Promise<T>,
): Promise<T> {
  const store = redisStore(redis, { ...prefixes, local: false, timeout: 10_000 })
  try {
    return await task(store)
  } finally {
    await store.close()
  }
}
