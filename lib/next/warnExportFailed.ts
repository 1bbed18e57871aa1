import type { CacheEvent } from '../core/events.ts'
import { warnOnce } from './warnOnce.ts'

/**
 * Tells who writes the fragment, once, why no other program finds it: nothing on the page does. For development,
 * where nobody may have subscribed to events yet.
 */
export function warnExportFailed(event: CacheEvent): void {
  if (event.type !== 'export-failed') return
  warnOnce(`export-failed ${event.fragment.name}`, () => console.error(event.error))
}
