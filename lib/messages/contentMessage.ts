import { createContentCacheError } from '../core/errors.ts'

/** What was done to an object. All but `save` also change the list of the objects of its type. */
export type ContentAction = 'save' | 'publish' | 'unpublish' | 'delete'

/**
 * A change of content: one JSON object on a channel and in a stream, version 1. A publisher may add fields of its own.
 * `docs/message.schema.json` is the schema for other languages.
 */
export interface ContentMessage {
  /** Version of the schema. 1 where it is absent. */
  readonly v?: 1 | undefined
  /** Key of the object that changed, such as `news/story:21563`. */
  readonly key: string
  readonly action: ContentAction
  /** Its status now, in the words of the publisher. */
  readonly status?: string | undefined
  /** Its type; `<type>:new` is the collection key. Default: the key up to its last colon. */
  readonly type?: string | undefined
  /** When it changed: ISO 8601 with an offset. */
  readonly at?: string | undefined
  /** Only on the channel: the name of the stream and the id there of the same message. */
  readonly stream?: string | undefined
  readonly [field: string]: unknown
}

export function createInvalidMessageError(reason: string) {
  return createContentCacheError('CC_INVALID_MESSAGE', [reason])
}
