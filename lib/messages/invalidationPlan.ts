import type { ContentMessage } from './contentMessage.ts'

/** `expire` removes fragments, `refresh` marks them stale. */
export type InvalidationMode = 'expire' | 'refresh'

/** The objects that a worker invalidates for a message, and how. */
export interface InvalidationPlan {
  readonly objects: readonly string[]
  readonly mode: InvalidationMode
}

/**
 * Plans the invalidation for a message. Content that readers must no longer see is expired. For other changes the old
 * copy may be served until the new one is rendered. Every action except `save` also changes the lists of the type.
 *
 * @param mode overrides the mode of the action
 */
export function planInvalidation(
  { key, action, type }: ContentMessage,
  mode?: InvalidationMode,
): InvalidationPlan {
  const mustExpire = action === 'unpublish' || action === 'delete'
  return {
    objects: action === 'save' ? [key] : [key, toCollectionKey(type ?? getObjectType(key))],
    mode: mode ?? (mustExpire ? 'expire' : 'refresh'),
  }
}

/** Fragments register this key if they change when an object of the type is added or removed. */
export function toCollectionKey(type: string): string {
  return `${type}:new`
}

/** Returns `news/story` for `news/story:21563`. */
export function getObjectType(key: string): string {
  const colon = key.lastIndexOf(':')
  return colon < 1 ? key : key.slice(0, colon)
}
