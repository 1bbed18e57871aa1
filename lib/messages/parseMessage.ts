import { z } from 'zod'
import { formatValue } from '../core/formatValue.ts'
import { getKeyError } from '../core/getObjectKeys.ts'
import { MAX_KEY_LENGTH, MAX_MESSAGE_BYTES, MESSAGE_ACTIONS, MESSAGE_VERSION } from '../core/protocol.gen.ts'
import { type ContentMessage, createInvalidMessageError } from './contentMessage.ts'
import { parseStreamRef } from './streamRef.ts'

const text = z
  .string()
  .min(1)
  .max(MAX_KEY_LENGTH)
  // A pattern becomes part of the published schema, so other languages can check it too.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern refuses control characters
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters')
  .refine((value) => getKeyError(value) === undefined, 'must be well-formed Unicode')

/** The schema of {@link ContentMessage}, for messages that other programs have published. */
export const messageSchema = z
  .looseObject({
    v: z.literal(MESSAGE_VERSION).optional().describe('Version of this schema. Default: 1.'),
    key: text.describe('Key of the object that changed, such as news/story:21563.'),
    action: z
      .enum(MESSAGE_ACTIONS)
      .describe('The kind of change. All but `save` also change the list of the objects of the same type.'),
    status: text.optional().describe("The object's new status, in the publisher's own terms."),
    type: text
      .optional()
      .describe(
        "The object's type. `<type>:new` is the key of the list. Default: the key up to its last colon.",
      ),
    at: z.iso.datetime({ offset: true }).optional().describe('Time of the change.'),
    stream: z
      .string()
      .max(MAX_KEY_LENGTH)
      .regex(/^.+ \d{1,20}-\d{1,20}$/)
      .refine((value) => parseStreamRef(value) !== undefined, 'must end with an id of a stream of Redis')
      .optional()
      .describe("Only on the channel: the stream that also holds the message, and the message's id in it."),
  })
  .describe('A change of content, version 1.')

/**
 * Parses a message that another program has published.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_MESSAGE
 */
export function parseMessage(json: string): ContentMessage {
  if (Buffer.byteLength(json) > MAX_MESSAGE_BYTES)
    throw createInvalidMessageError(`it has more than ${MAX_MESSAGE_BYTES} bytes`)
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw createInvalidMessageError(`${formatValue(json)} is not JSON`)
  }
  return checkMessage(value)
}

/** @throws {ContentCacheTypeError} CC_INVALID_MESSAGE */
export function checkMessage(value: unknown): ContentMessage {
  const { success, data, error } = messageSchema.safeParse(value)
  if (success) return data
  const [issue] = error.issues
  const field = issue?.path.join('.')
  throw createInvalidMessageError(
    field ? `\`${field}\`: ${issue?.message}` : `${formatValue(value)}: ${issue?.message}`,
  )
}
