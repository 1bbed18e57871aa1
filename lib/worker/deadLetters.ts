import type { MessageSource } from './events.ts'

/** Characters of a message that are kept: what is wrong shows at its beginning. */
const KEPT = 1_000

/** A dead letter is JSON, for people and for scripts that look through them. */
export function deadMessage(
  text: string,
  source: MessageSource,
  reason: string,
): { readonly text: string; readonly letter: string } {
  const kept = text.length > KEPT ? `${text.slice(0, KEPT)}…` : text
  const letter = JSON.stringify({ kind: 'message', at: new Date().toISOString(), source, reason, text: kept })
  return { text: kept, letter }
}

export function deadRoute(route: string, reason: string): string {
  return JSON.stringify({ kind: 'rebuild', at: new Date().toISOString(), route, reason })
}
