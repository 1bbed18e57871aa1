import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import { invalidateInStore } from '../core/invalidateInStore.ts'
import { retryStoreOperation } from '../core/retryStoreOperation.ts'
import type { ContentAction } from './contentMessage.ts'
import { planInvalidation } from './invalidationPlan.ts'
import { serializeMessage } from './serializeMessage.ts'

/** The fields of a message, without the key of the object. */
export interface Publication {
  /** Default `save`. All but `save` also concern the collection key `<type>:new`. */
  readonly action?: ContentAction
  /** The object's new status, in your own terms. */
  readonly status?: string | undefined
  /** The object's type. `<type>:new` is the collection key. Default: the key up to its last colon. */
  readonly type?: string | undefined
  /** Time of the change: ISO 8601 with an offset. Default: now. */
  readonly at?: string | undefined
  /** Further fields for other subscribers: any value that JSON can hold. */
  readonly [field: string]: unknown
}

/** The result of `publishContent`. */
export interface PublishResult {
  /** Messages published: one for each object. */
  readonly published: number
  /**
   * Fragments removed at once. Only a store in memory, which has no subscribers, removes them. 0 where a worker handles
   * the message.
   */
  readonly expired: number
}

/**
 * Messages sent at a time. Sending this many takes about as long as sending one. Their order does not matter, because
 * they concern different objects.
 */
const BATCH_SIZE = 100

type Expire = (objects: readonly string[]) => Promise<number>

/**
 * Publishes one message for each changed object, in the stream for workers and on the channel for other subscribers.
 *
 * @param expire replaces the worker when the store cannot publish
 * @throws {ContentCacheTypeError} CC_INVALID_MESSAGE, before anything is published
 * @throws {ContentCacheError} CC_PUBLISH_FAILED
 */
export async function publishContent(
  engine: Engine,
  keys: readonly string[],
  publication: Publication = {},
  expire: Expire = (objects) => invalidateInStore(engine, objects, 'expire'),
): Promise<PublishResult> {
  const { store, events } = engine
  const { action = 'save', at = new Date().toISOString(), ...fields } = publication
  const messages = [...new Set(keys)].map((key) => {
    // The caller must not set the version or the place in the stream.
    const message = { ...fields, key, action, at, v: undefined, stream: undefined }
    return { message, text: serializeMessage(message) }
  })
  if (messages.length === 0) return { published: 0, expired: 0 }
  if (store.publish === undefined) {
    const objects = messages.flatMap(({ message }) => planInvalidation(message).objects)
    return { published: 0, expired: await expire([...new Set(objects)]) }
  }
  let listeners = 0
  for (let start = 0; start < messages.length; start += BATCH_SIZE) {
    const batch = messages.slice(start, start + BATCH_SIZE)
    // Waits for all messages of the batch, so that none is published after the caller has received the failure.
    const results = await Promise.allSettled(
      batch.map(({ text }) => publishMessage(engine, text, messages.length)),
    )
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason
      listeners = result.value
    }
  }
  events.emit({ type: 'publish', objects: messages.map(({ message }) => message.key), action, listeners })
  return { published: messages.length, expired: 0 }
}

/** Retries, because a message that arrives twice does no harm, and a lost one would. */
function publishMessage(engine: Engine, text: string, count: number): Promise<number> {
  return retryStoreOperation(
    engine,
    'publish',
    async () => (await engine.store.publish?.(text)) ?? 0,
    (tries, cause) => createContentCacheError('CC_PUBLISH_FAILED', [count, tries], { cause }),
  )
}
