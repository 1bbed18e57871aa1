import type { Capture } from '../core/capture.ts'
import { processWide } from '../core/processWide.ts'

/** Names of fragments. */
const said = processWide('afterInFragments', () => new Set<string>())

/**
 * Tells the author, in development and once per fragment, that `after()` in it runs when the fragment is rendered and
 * never on a hit. It is no error: work that belongs to the render, such as a log of slow queries, is right there.
 */
export function sayAfterInFragment({ name, label }: Capture): void {
  if (process.env.NODE_ENV === 'production' || said.has(name)) return
  said.add(name)
  console.warn(
    `\`after()\` was called in ${label}: it runs when that is rendered, not for visitors who get the stored copy. ` +
      'Call it outside the fragment if it concerns every visit.',
  )
}
