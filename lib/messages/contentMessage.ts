import { createContentCacheError } from '../core/errors.ts'

/** The kind of change. All but `save` also change the list of the objects of the same type. */
export type ContentAction = 'save' | 'publish' | 'unpublish' | 'delete'

/**
 * A change of content: one JSON object on a channel and in a stream, version 1. A publisher may add fields of its own.
 * `docs/message.schema.json` is the schema for other languages.
 */
export interface ContentMessage {
  /** Version of the schema. Default: 1. */
  readonly v?: 1 | undefined
  /** Key of the object that changed, such as `news/story:21563`. */
  readonly key: string
  readonly action: ContentAction
  /** The object's new status, in the publisher's own terms. */
  readonly status?: string | undefined
  /** The object's type. `<type>:new` is the collection key. Default: the key up to its last colon. */
  readonly type?: string | undefined
  /** Time of the change: ISO 8601 with an offset. */
  readonly at?: string | undefined
  /** Only on the channel: the stream that also holds the message, and the message's id in it. */
  readonly stream?: string | undefined
  readonly [field: string]: unknown
}

export function createInvalidMessageError(reason: string) {
  return createContentCacheError('CC_INVALID_MESSAGE', [reason])
}
