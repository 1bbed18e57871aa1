import { type Engine, withoutSilence } from './engine.ts'
import { contentCacheError } from './errors.ts'

/** Milliseconds before each further try: an expiry must get through, and must not hold its caller for long. */
export const RETRIES = [20, 60, 180, 540]

/**
 * Removes (or marks stale) every fragment that depends on one of the objects.
 *
 * @returns how many fragments it touched.
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store did not take it after several tries; the
 * caller must know, because pages may go on showing the old content.
 */
export async function expireInStore(
  { store, events, limits }: Engine,
  objects: readonly string[],
  how: 'expire' | 'refresh' = 'expire',
): Promise<number> {
  if (objects.length === 0) return 0
  let lastError: unknown
  for (const pause of [...RETRIES, undefined]) {
    try {
      const touched = await withoutSilence((progress) => store[how](objects, progress), limits.storeTimeout)
      events.emit(
        how === 'expire'
          ? { type: 'expire', objects, expired: touched }
          : { type: 'refresh', objects, refreshed: touched },
      )
      return touched
    } catch (error) {
      lastError = error
      events.emit({ type: 'store-error', operation: how, error })
      if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  throw contentCacheError('CC_EXPIRE_FAILED', [objects.length, RETRIES.length + 1], { cause: lastError })
}
