import { contentCacheError } from '../core/errors.ts'
import { lazyStore } from '../core/lazyStore.ts'
import { processWide } from '../core/processWide.ts'
import type { FragmentStore } from '../core/store.ts'
import { memoryStore } from '../memory/memoryStore.ts'

/**
 * The store that the environment asks for, made when it is first used: who imports an entry for
 * `createContentCache` alone gets no store that he did not ask for.
 *
 * With CONTENT_CACHE_REDIS_URL every use fails with CC_NO_REDIS_STORE, so pages render uncached and expiries
 * reject: falling back to memory would lose every expiry of other processes in silence.
 */
export function defaultStore(): FragmentStore {
  return processWide('defaultStore', () => {
    const kind = process.env.CONTENT_CACHE_REDIS_URL ? 'redis' : 'memory'
    return lazyStore(kind, async () => {
      if (kind === 'redis') throw contentCacheError('CC_NO_REDIS_STORE', [])
      return memoryStore()
    })
  })
}
