import type { ScriptContext } from '../redis/scripts/defineScript.ts'
import type { MessageSource } from './workerEvent.ts'

/** Number of dead letters that are kept. A newer one replaces the oldest. */
export const MAX_DEAD_LETTERS = 1_000
/** Characters of a message in its dead letter. The beginning is enough to recognise the message. */
const MAX_TEXT_LENGTH = 1_000

/** Dead letters are JSON, so that people and scripts can read them. */
export function createMessageDeadLetter(
  text: string,
  source: MessageSource,
  reason: string,
): { readonly text: string; readonly json: string } {
  const shortened = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text
  const json = JSON.stringify({
    kind: 'message',
    at: new Date().toISOString(),
    source,
    reason,
    text: shortened,
  })
  return { text: shortened, json }
}

export function createRouteDeadLetter(route: string, reason: string): string {
  return JSON.stringify({ kind: 'rebuild', at: new Date().toISOString(), route, reason })
}

/**
 * Throws the error of Redis when it has not stored the dead letter.
 *
 * @param deadLetter JSON from one of the functions above
 */
export async function pushDeadLetter({ redis, keys }: ScriptContext, deadLetter: string): Promise<void> {
  const replies = await redis
    .multi()
    .lpush(keys.deadLetters, deadLetter)
    .ltrim(keys.deadLetters, 0, MAX_DEAD_LETTERS - 1)
    .exec()
  // The transaction succeeds although one of its commands has failed.
  for (const [error] of replies ?? []) if (error) throw error
}
