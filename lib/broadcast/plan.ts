import type { ContentMessage } from './message.ts'

export type How = 'expire' | 'refresh'

/** What a message has a worker do. */
export interface Plan {
  readonly objects: readonly string[]
  readonly how: How
}

/**
 * What readers must not see any more is expired; for the rest the old copy will do until the new one is there.
 * Lists change with all but a mere correction.
 *
 * @param how in place of what the action asks for
 */
export function planFor({ key, action, type }: ContentMessage, how?: How): Plan {
  const mustVanish = action === 'unpublish' || action === 'delete'
  return {
    objects: action === 'save' ? [key] : [key, collectionKey(type ?? typeOf(key))],
    how: how ?? (mustVanish ? 'expire' : 'refresh'),
  }
}

/** Registered by whatever must change when there is a new object of the type, or one less. */
export function collectionKey(type: string): string {
  return `${type}:new`
}

/** `news/story` for `news/story:21563`. */
export function typeOf(key: string): string {
  const colon = key.lastIndexOf(':')
  return colon < 1 ? key : key.slice(0, colon)
}
