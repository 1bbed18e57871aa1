import type { DependencyScope } from '../core/dependencyScope.ts'
import { type ErrorCode, isContentCacheError } from '../core/errors.ts'
import type { CacheEvent } from '../core/events.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'

/** The most messages per process. A console full of hints helps no one. */
const MAX_WARNINGS = 200

const getWarnings = defineGlobalSingleton('warnings', () => new Set<string>())

/**
 * Writes to the console, once per process, for authors who do not listen to events.
 *
 * @param id distinguishes messages
 * @param write called the first time
 */
export function warnOnce(id: string, write: () => void): void {
  const warnings = getWarnings()
  if (warnings.has(id) || warnings.size >= MAX_WARNINGS) return
  warnings.add(id)
  write()
}

/**
 * Warns once per fragment that its export has failed, because the page does not show that. Used in development, when
 * there may be no event listener yet.
 */
export function warnExportFailed(event: CacheEvent): void {
  if (event.type !== 'export-failed') return
  warnOnce(`export-failed ${event.fragment.name}`, () => console.error(event.error))
}

/** Names of fragments. */
const getWarnedAfter = defineGlobalSingleton('afterInFragments', () => new Set<string>())

/**
 * Warns once per fragment, in development, that `after()` runs when the fragment is rendered and never on a hit. It is
 * no error: work that belongs to the render, such as a log of slow queries, may stay there.
 */
export function warnAfterInFragment({ name, label }: DependencyScope): void {
  if (process.env.NODE_ENV === 'production' || getWarnedAfter().has(name)) return
  getWarnedAfter().add(name)
  console.warn(
    `\`after()\` was called in ${label}: it runs with each render, not for visitors who get a stored copy. ` +
      'Call it outside if it concerns every visit.',
  )
}

/** Codes of fragments that look as they should, and are never stored. */
const codes: readonly ErrorCode[] = ['CC_REQUEST_NONCE', 'CC_ROOT_PARAM']

/** Codes and names of fragments. */
const getWarnedUnstorable = defineGlobalSingleton('unstorable', () => new Set<string>())

/**
 * Warns once per fragment why it is rendered again for every visitor, because the page does not show that. Used in
 * development.
 */
export function warnUnstorable(event: CacheEvent): void {
  if (event.type !== 'uncacheable' || !isContentCacheError(event.error)) return
  const { code } = event.error
  const warning = `${code} ${event.fragment.name}`
  if (!codes.includes(code) || getWarnedUnstorable().has(warning)) return
  getWarnedUnstorable().add(warning)
  console.error(event.error)
}
