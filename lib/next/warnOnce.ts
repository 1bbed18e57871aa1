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
