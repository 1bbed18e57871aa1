import type { CacheEvent } from '../core/events.ts'
import { processWide } from '../core/processWide.ts'

/** As many names of fragments as are remembered. */
const MOST_SAID = 1_000
/** Names of fragments. */
const said = processWide('failedExports', () => new Set<string>())

/**
 * Tells who writes the fragment, once, why no other program finds it: nothing on the page does. For development,
 * where nobody may have subscribed to events yet.
 */
export function sayFailedExport(event: CacheEvent): void {
  if (event.type !== 'export-failed' || said.has(event.fragment.name)) return
  if (said.size >= MOST_SAID) said.clear()
  said.add(event.fragment.name)
  console.error(event.error)
}
