import type { DependencyScope } from '../core/dependencyScope.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'

/** Names of fragments. */
const warned = getGlobalSingleton('afterInFragments', () => new Set<string>())

/**
 * Tells the author, in development and once per fragment, that `after()` in it runs when the fragment is rendered and
 * never on a hit. It is no error: work that belongs to the render, such as a log of slow queries, is right there.
 */
export function warnAfterInFragment({ name, label }: DependencyScope): void {
  if (process.env.NODE_ENV === 'production' || warned.has(name)) return
  warned.add(name)
  console.warn(
    `\`after()\` was called in ${label}: it runs when that is rendered, not for visitors who get the stored copy. ` +
      'Call it outside the fragment if it concerns every visit.',
  )
}
