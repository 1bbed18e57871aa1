import type { Engine } from './engine.ts'
import { createContentCacheError } from './errors.ts'
import { retryStoreOperation } from './retryStoreOperation.ts'

/**
 * Invalidates every fragment that depends on one of the objects: `expire` removes the fragments, `refresh` marks them
 * stale.
 *
 * @param discardAfterMs for a refresh: milliseconds after which a stale fragment can no longer be read
 * @returns the number of these fragments, and of cached values of other programs, which are removed in both modes
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the last attempt failed. The caller must know, because pages may
 * still show the old content.
 */
export async function invalidateInStore(
  engine: Engine,
  objects: readonly string[],
  mode: 'expire' | 'refresh',
  discardAfterMs?: number,
): Promise<number> {
  if (objects.length === 0) return 0
  const affected = await retryStoreOperation(
    engine,
    mode,
    (progress) =>
      mode === 'expire'
        ? engine.store.expire(objects, progress)
        : engine.store.refresh(objects, progress, discardAfterMs === undefined ? {} : { discardAfterMs }),
    (attempts, cause) => createContentCacheError('CC_EXPIRE_FAILED', [objects.length, attempts], { cause }),
  )
  engine.events.emit(
    mode === 'expire'
      ? { type: 'expire', objects, expired: affected }
      : { type: 'refresh', objects, refreshed: affected },
  )
  return affected
}
