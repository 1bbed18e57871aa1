import { processWide } from '../core/processWide.ts'

/** Messages remembered. Past that nothing further is said: a console full of hints helps no one. */
const MOST = 200

const said = processWide('said', () => new Set<string>())

/**
 * Writes to the console, once per process, what an author would otherwise learn only from a listener of events.
 *
 * @param id tells one message from another
 * @param write is called the first time
 */
export function sayOnce(id: string, write: () => void): void {
  if (said.has(id) || said.size >= MOST) return
  said.add(id)
  write()
}
