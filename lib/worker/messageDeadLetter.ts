import type { MessageSource } from './workerEvent.ts'

/** Characters of a message that are kept. The beginning is enough to recognise it. */
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
