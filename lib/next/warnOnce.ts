import type { DependencyScope } from '../core/dependencyScope.ts'
import { type ErrorCode, isContentCacheError } from '../core/errors.ts'
import type { CacheEvent } from '../core/events.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'

/** Messages remembered. Past that nothing further is said: a console full of hints helps no one. */
const MAX_WARNINGS = 200

const warned = getGlobalSingleton('said', () => new Set<string>())

/**
 * Writes to the console, once per process, what an author would otherwise learn only from a listener of events.
 *
 * @param id tells one message from another
 * @param write is called the first time
 */
export function warnOnce(id: string, write: () => void): void {
  if (warned.has(id) || warned.size >= MAX_WARNINGS) return
  warned.add(id)
  write()
}

/**
 * Warns once why other programs do not find an exported fragment, because the page does not show it. Used in
 * development, when there may be no event listener yet.
 */
export function warnExportFailed(event: CacheEvent): void {
  if (event.type !== 'export-failed') return
  warnOnce(`export-failed ${event.fragment.name}`, () => console.error(event.error))
}

/** Names of fragments. */
const warnedAfter = getGlobalSingleton('afterInFragments', () => new Set<string>())

/**
 * Tells the author, in development and once per fragment, that `after()` in it runs when the fragment is rendered and
 * never on a hit. It is no error: work that belongs to the render, such as a log of slow queries, is right there.
 */
export function warnAfterInFragment({ name, label }: DependencyScope): void {
  if (process.env.NODE_ENV === 'production' || warnedAfter.has(name)) return
  warnedAfter.add(name)
  console.warn(
    `\`after()\` was called in ${label}: it runs when that is rendered, not for visitors who get the stored copy. ` +
      'Call it outside the fragment if it concerns every visit.',
  )
}

/** Of fragments that are shown as they should be, and never stored. */
const codes: readonly ErrorCode[] = ['CC_REQUEST_NONCE', 'CC_ROOT_PARAM']

/** Codes and names of fragments. */
const warnedUnstorable = getGlobalSingleton('unstorable', () => new Set<string>())

/**
 * Tells the author, once per fragment, why it is rendered again for every visitor: nothing on the page does. For
 * development.
 */
export function warnUnstorable(event: CacheEvent): void {
  if (event.type !== 'uncacheable' || !isContentCacheError(event.error)) return
  const { code } = event.error
  const warning = `${code} ${event.fragment.name}`
  if (!codes.includes(code) || warnedUnstorable.has(warning)) return
  warnedUnstorable.add(warning)
  console.error(event.error)
}
