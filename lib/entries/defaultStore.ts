import { contentCacheError } from '../core/errors.ts'
import type { FragmentStore } from '../core/store.ts'
import { memoryStore } from '../memory/memoryStore.ts'

/**
 * The store that the environment asks for.
 *
 * @throws {ContentCacheError} CC_NO_REDIS_STORE: falling back to memory would lose every expiry of the others.
 */
export function defaultStore(): FragmentStore {
  if (process.env.CONTENT_CACHE_REDIS_URL) throw contentCacheError('CC_NO_REDIS_STORE', [])
  return memoryStore()
}
