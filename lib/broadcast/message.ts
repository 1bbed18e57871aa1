import { z } from 'zod'
import { contentCacheError } from '../core/errors.ts'
import { keyFault } from '../core/objectKeys.ts'
import { show } from '../core/show.ts'

/** Bytes of UTF-8 that a message may have. */
export const MAX_MESSAGE = 65_536

export const MESSAGE_VERSION = 1

const LONGEST_TEXT = 1024

const text = z
  .string()
  .min(1)
  .max(LONGEST_TEXT)
  // As a pattern, which the published schema can show to other languages.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses.
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters')
  .refine((value) => keyFault(value) === undefined, 'must be well-formed Unicode')

/**
 * What programs tell each other of a change: one JSON object on a channel, and in a stream. Version 1. Whoever
 * publishes may add fields of his own.
 */
export const messageSchema = z
  .looseObject({
    v: z.literal(MESSAGE_VERSION).optional().describe('Version of this schema; 1 where it is absent.'),
    key: text.describe('Key of the object that changed, such as news/story:21563.'),
    action: z
      .enum(['save', 'publish', 'unpublish', 'delete'])
      .describe('What was done to it. All but `save` also change the list of what there is of its type.'),
    status: text.optional().describe('Its status now, in the words of the program that published.'),
    type: text
      .optional()
      .describe(
        'Its type, of which `<type>:new` stands for the list; by default the key up to its last colon.',
      ),
    at: z.iso.datetime({ offset: true }).optional().describe('When it changed.'),
    stream: z
      .string()
      .max(LONGEST_TEXT)
      .regex(/^.+ \d{1,20}-\d{1,20}$/)
      .optional()
      .describe('Only on the channel: the stream, and the place there, of a message that is there too.'),
  })
  .describe('A change of content, version 1.')

export type ContentMessage = z.infer<typeof messageSchema>
export type ContentAction = ContentMessage['action']

/**
 * Reads what came from outside.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_MESSAGE
 */
export function parseMessage(json: string): ContentMessage {
  if (Buffer.byteLength(json) > MAX_MESSAGE) throw invalid(`it has more than ${MAX_MESSAGE} bytes`)
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw invalid(`${show(json)} is no JSON`)
  }
  return checkMessage(value)
}

/** @throws {ContentCacheTypeError} CC_INVALID_MESSAGE */
export function checkMessage(value: unknown): ContentMessage {
  const { success, data, error } = messageSchema.safeParse(value)
  if (success) return data
  const [issue] = error.issues
  const field = issue?.path.join('.')
  throw invalid(field ? `\`${field}\`: ${issue?.message}` : `${show(value)}: ${issue?.message}`)
}

/**
 * The text of a message, as it is published.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_MESSAGE
 */
export function writeMessage(message: unknown): string {
  const json = JSON.stringify({ ...checkMessage(message), v: MESSAGE_VERSION })
  if (Buffer.byteLength(json) > MAX_MESSAGE) throw invalid(`it has more than ${MAX_MESSAGE} bytes`)
  return json
}

function invalid(why: string) {
  return contentCacheError('CC_INVALID_MESSAGE', [why])
}
