import type { Engine } from '../../core/engine.ts'
import { invalidateInStore } from '../../core/invalidateInStore.ts'
import { getCurrentWork } from '../internals/renderContext.ts'
import { excludeInvalidated } from './markInvalidated.ts'
import { toObjects } from './toObjects.ts'

/** The durations of a `cacheLife` profile, as Next passes them. In seconds. */
export interface TagDurations {
  /** How long stale data may still be served. */
  readonly expire?: number | undefined
}

/**
 * Expires tags, or refreshes them where `durations` allow stale data.
 *
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not accept it
 */
export type InvalidateTags = (tags: readonly string[], durations?: TagDurations) => Promise<void>

/** Longer durations than this, in seconds, do not limit a stale copy: no entry lives as long. */
const NO_LIMIT_SECONDS = 10 * 365 * 86_400

interface PendingInvalidation {
  readonly objects: Set<string>
  readonly done: Promise<unknown>
}

/**
 * Next notifies each of its cache handlers of a tag, in one turn of the event loop. The store is notified once.
 */
export function createTagInvalidator(engine: Engine): InvalidateTags {
  const pending = new Map<string, PendingInvalidation>()

  function invalidate(objects: readonly string[], expire: number | undefined): Promise<unknown> {
    if (expire !== undefined && expire <= 0) return invalidateInStore(engine, objects, 'expire')
    const discardAfterMs =
      expire === undefined || expire >= NO_LIMIT_SECONDS ? undefined : Math.ceil(expire * 1000)
    return invalidateInStore(engine, objects, 'refresh', discardAfterMs)
  }

  return async (tags, durations) => {
    const objects = toObjects(excludeInvalidated(getCurrentWork(), tags))
    if (objects.length === 0) return
    // Without durations Next means now.
    const expire = durations === undefined ? 0 : durations.expire
    const name = String(expire)
    let invalidation = pending.get(name)
    if (invalidation === undefined) {
      const gathered = new Set<string>()
      const done = Promise.resolve().then(() => {
        pending.delete(name)
        return invalidate([...gathered], expire)
      })
      invalidation = { objects: gathered, done }
      pending.set(name, invalidation)
    }
    for (const object of objects) invalidation.objects.add(object)
    await invalidation.done
  }
}
