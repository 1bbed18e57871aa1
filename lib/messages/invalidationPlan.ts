import type { ContentMessage } from './contentMessage.ts'

/** Whether fragments are removed, or marked stale. */
export type InvalidationMode = 'expire' | 'refresh'

/** What a message has a worker do. */
export interface InvalidationPlan {
  readonly objects: readonly string[]
  readonly mode: InvalidationMode
}

/**
 * What readers must not see any more is expired; for the rest the old copy will do until the new one is there.
 * Lists change with all but a mere correction.
 *
 * @param mode in place of what the action asks for
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

/** Registered by whatever must change when there is a new object of the type, or one less. */
export function toCollectionKey(type: string): string {
  return `${type}:new`
}

/** `news/story` for `news/story:21563`. */
export function getObjectType(key: string): string {
  const colon = key.lastIndexOf(':')
  return colon < 1 ? key : key.slice(0, colon)
}
