import type { Engine } from './engine.ts'
import { contentCacheError } from './errors.ts'
import { insist } from './insist.ts'

/**
 * Removes (or marks stale) every fragment that depends on one of the objects.
 *
 * @returns how many fragments it touched.
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store did not take it after several tries; the
 * caller must know, because pages may go on showing the old content.
 */
export async function expireInStore(
  engine: Engine,
  objects: readonly string[],
  how: 'expire' | 'refresh' = 'expire',
): Promise<number> {
  if (objects.length === 0) return 0
  const touched = await insist(
    engine,
    how,
    (progress) => engine.store[how](objects, progress),
    (tries, cause) => contentCacheError('CC_EXPIRE_FAILED', [objects.length, tries], { cause }),
  )
  engine.events.emit(
    how === 'expire'
      ? { type: 'expire', objects, expired: touched }
      : { type: 'refresh', objects, refreshed: touched },
  )
  return touched
}
