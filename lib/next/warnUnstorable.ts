import { type ErrorCode, isContentCacheError } from '../core/errors.ts'
import type { CacheEvent } from '../core/events.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'

/** Of fragments that are shown as they should be, and never stored. */
const codes: readonly ErrorCode[] = ['CC_REQUEST_NONCE', 'CC_ROOT_PARAM']

/** Codes and names of fragments. */
const warned = getGlobalSingleton('unstorable', () => new Set<string>())

/**
 * Tells the author, once per fragment, why it is rendered again for every visitor: nothing on the page does. For
 * development.
 */
export function warnUnstorable(event: CacheEvent): void {
  if (event.type !== 'uncacheable' || !isContentCacheError(event.error)) return
  const { code } = event.error
  const warning = `${code} ${event.fragment.name}`
  if (!codes.includes(code) || warned.has(warning)) return
  warned.add(warning)
  console.error(event.error)
}
