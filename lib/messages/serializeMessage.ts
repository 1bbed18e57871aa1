import { formatValue } from '../core/formatValue.ts'
import { getKeyError } from '../core/getObjectKeys.ts'
import { MAX_KEY_LENGTH, MAX_MESSAGE_BYTES, MESSAGE_ACTIONS, MESSAGE_VERSION } from '../core/protocol.gen.ts'
import { createInvalidMessageError } from './contentMessage.ts'

/**
 * Checks a message and returns its text, as it is published. The check accepts the same messages as the schema in
 * `parseMessage.ts`. It is written by hand, because a site that publishes would otherwise bundle the schema library.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_MESSAGE
 */
export function serializeMessage(message: unknown): string {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    throw createInvalidMessageError(`${formatValue(message)} is not an object`)
  for (const [field, { isValid, expected }] of Object.entries(fields)) {
    const value: unknown = (message as Record<string, unknown>)[field]
    if (!isValid(value)) throw createInvalidMessageError(`\`${field}\`: must be ${expected}`)
  }
  const json = JSON.stringify({ ...message, v: MESSAGE_VERSION })
  if (Buffer.byteLength(json) > MAX_MESSAGE_BYTES)
    throw createInvalidMessageError(`it has more than ${MAX_MESSAGE_BYTES} bytes`)
  return json
}

interface FieldRule {
  isValid(value: unknown): boolean
  readonly expected: string
}

const TEXT = `a string of 1 to ${MAX_KEY_LENGTH} characters without control characters`

const fields: Readonly<Record<string, FieldRule>> = {
  v: { isValid: (value) => value === undefined || value === MESSAGE_VERSION, expected: `${MESSAGE_VERSION}` },
  key: { isValid: isText, expected: TEXT },
  action: {
    isValid: (value) => MESSAGE_ACTIONS.some((action) => action === value),
    expected: `one of ${MESSAGE_ACTIONS.join(', ')}`,
  },
  status: { isValid: (value) => value === undefined || isText(value), expected: TEXT },
  type: { isValid: (value) => value === undefined || isText(value), expected: TEXT },
  at: {
    isValid: (value) => value === undefined || isTimestamp(value),
    expected: 'an ISO 8601 date and time with an offset',
  },
  // Only the store writes it.
  stream: { isValid: (value) => value === undefined, expected: 'absent' },
}

/** The rules for keys also apply to the other texts. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && getKeyError(value) === undefined
}

const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

function isTimestamp(value: unknown): boolean {
  const date = typeof value === 'string' ? TIMESTAMP.exec(value)?.[1] : undefined
  if (date === undefined) return false
  // `Date` turns 30 February into a day of March.
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}
