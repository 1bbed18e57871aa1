import type { Engine } from '../core/engine.ts'
import { createContentCacheError } from '../core/errors.ts'
import { expireInStore } from '../core/expireInStore.ts'
import { retryStoreOperation } from '../core/retryStoreOperation.ts'
import type { ContentAction } from './contentMessage.ts'
import { planInvalidation } from './invalidationPlan.ts'
import { serializeMessage } from './serializeMessage.ts'

/** What is published about a change, beside the keys of the objects. */
export interface Publication {
  /** Default `save`. All but `save` also concern the collection key `<type>:new`. */
  readonly action?: ContentAction
  /** Its status now, in the words of the publisher. */
  readonly status?: string | undefined
  /** Its type, of which `<type>:new` is the collection key. Default: the key up to its last colon. */
  readonly type?: string | undefined
  /** When it changed: ISO 8601 with an offset. Default: now. */
  readonly at?: string | undefined
  /** Further fields for other subscribers: any value that JSON can hold. */
  readonly [field: string]: unknown
}

/** The result of `publishContent`. */
export interface PublishResult {
  /** Messages published: one for each object. */
  readonly published: number
  /**
   * Fragments removed at once, because the store is the memory of this process and has no subscribers. 0 where a worker
   * handles the message.
   */
  readonly expired: number
}

/** Messages on their way at a time, about as long as one alone; they concern different objects, so order is free. */
const BATCH_SIZE = 100

type Expire = (objects: readonly string[]) => Promise<number>

/**
 * Tells of changes: each is one message in a stream, which workers read, and on a channel, which anyone may hear.
 *
 * @param expire what stands in for a worker where the store has no way to reach one
 * @throws {ContentCacheTypeError} CC_INVALID_MESSAGE, before anything is published
 * @throws {ContentCacheError} CC_PUBLISH_FAILED
 */
export async function publishContent(
  engine: Engine,
  keys: readonly string[],
  publication: Publication = {},
  expire: Expire = (objects) => expireInStore(engine, objects),
): Promise<PublishResult> {
  const { store, events } = engine
  const { action = 'save', at = new Date().toISOString(), ...fields } = publication
  const messages = [...new Set(keys)].map((key) => {
    // The place in the stream is not the caller's to say.
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
    const group = messages.slice(start, start + BATCH_SIZE)
    // All of a group are settled before it fails: nothing is published once the caller has been told of a failure.
    const results = await Promise.allSettled(
      group.map(({ text }) => publishMessage(engine, text, messages.length)),
    )
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason
      listeners = result.value
    }
  }
  events.emit({ type: 'publish', objects: messages.map(({ message }) => message.key), action, listeners })
  return { published: messages.length, expired: 0 }
}

/** One that arrives twice does no harm; one that is lost would. */
function publishMessage(engine: Engine, text: string, count: number): Promise<number> {
  return retryStoreOperation(
    engine,
    'publish',
    async () => (await engine.store.publish?.(text)) ?? 0,
    (tries, cause) => createContentCacheError('CC_PUBLISH_FAILED', [count, tries], { cause }),
  )
}
