import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import type { NextWork } from '../internals/nextWork.ts'

const getTagsByWork = defineGlobalSingleton('invalidatedTags', () => new WeakMap<NextWork, Set<string>>())

/**
 * Notes that the store has accepted the expiry of these tags in a request. Next gets them as well, so that the request
 * itself reads no older data, and passes them on to the cache handlers at its end.
 */
export function markInvalidated(work: NextWork, tags: readonly string[]): void {
  const tagsByWork = getTagsByWork()
  const invalidated = tagsByWork.get(work) ?? new Set()
  tagsByWork.set(work, invalidated)
  for (const tag of tags) invalidated.add(tag)
}

/** Returns the tags that the store has not expired in this request yet. */
export function excludeInvalidated(work: NextWork | undefined, tags: readonly string[]): readonly string[] {
  const invalidated = work && getTagsByWork().get(work)
  return invalidated === undefined ? tags : tags.filter((tag) => !invalidated.has(tag))
}
