import { type ErrorCode, isContentCacheError } from '../core/errors.ts'
import type { CacheEvent } from '../core/events.ts'
import { processWide } from '../core/processWide.ts'

/** Of fragments that are shown as they should be, and never stored. */
const codes: readonly ErrorCode[] = ['CC_REQUEST_NONCE', 'CC_ROOT_PARAM']

/** Codes and names of fragments. */
const said = processWide('unstorable', () => new Set<string>())

/**
 * Tells the author, once per fragment, why it is rendered again for every visitor: nothing on the page does. For
 * development.
 */
export function sayUnstorable(event: CacheEvent): void {
  if (event.type !== 'refused' || !isContentCacheError(event.error)) return
  const { code } = event.error
  const saying = `${code} ${event.fragment.name}`
  if (!codes.includes(code) || said.has(saying)) return
  said.add(saying)
  console.error(event.error)
}
