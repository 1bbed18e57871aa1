import { createEngine } from '../core/createEngine.ts'
import type { Engine } from '../core/engine.ts'
import { expireAfter as runThenExpire } from '../core/expireAfter.ts'
import { expireInStore } from '../core/expireInStore.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { inspectObjects, type ObjectInspection } from '../core/inspectObjects.ts'
import {
  type Publication,
  type PublishResult,
  publishContent as publish,
} from '../messages/publishContent.ts'
import { getDefaultStore } from './getDefaultStore.ts'

export interface ContentClientOptions {
  /** Default: the store that the environment asks for. In memory, that is the memory of this process. */
  readonly store?: FragmentStore
  readonly keyOf?: KeyOf
}

/**
 * What a script or worker needs of the cache, without React: no fragments are rendered here. Next's
 * prerendered pages hear of an expiry through a store that they share (Redis); nothing is known here of how
 * many do, so `pagesRevalidated` is false. With a store in memory expire in a route handler.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example const { expireObj } = createContentClient({ keyOf: (row) => `${row.table}:${row.id}` })
 */
export function createContentClient({ store = getDefaultStore(), keyOf }: ContentClientOptions = {}) {
  const engine: Engine = createEngine(store)

  async function expireObj(obj: ContentObject): Promise<{ expired: number; pagesRevalidated: false }> {
    return {
      expired: await expireInStore(engine, getObjectKeys('expireObj', obj, keyOf)),
      pagesRevalidated: false,
    }
  }

  return {
    /**
     * @throws {ContentCacheTypeError} CC_INVALID_OBJ
     * @throws {ContentCacheError} CC_EXPIRE_FAILED
     */
    expireObj,
    /**
     * Expires when `work` is done, as in `react-cache-content/next`.
     *
     * @throws what `work` throws; else as `expireObj` does
     */
    expireAfter<T>(
      work: PromiseLike<T> | (() => PromiseLike<T> | T),
      obj: ContentObject | ((value: T | undefined) => ContentObject),
    ): Promise<T> {
      return runThenExpire(work, (value) => expireObj(typeof obj === 'function' ? obj(value) : obj))
    },
    /**
     * Tells workers, and whoever else listens on the channel, that the objects have changed: workers expire or
     * refresh what shows them, and have the pages rendered anew.
     *
     * @throws {ContentCacheTypeError} CC_INVALID_OBJ, CC_INVALID_MESSAGE
     * @throws {ContentCacheError} CC_PUBLISH_FAILED
     * @example await publishContent('news/story:21563', { action: 'publish' })
     */
    async publishContent(obj: ContentObject, publication?: Publication): Promise<PublishResult> {
      return publish(engine, getObjectKeys('publishContent', obj, keyOf), publication)
    },
    /** @throws as `expireObj` does */
    async refreshObj(obj: ContentObject): Promise<{ refreshed: number; pagesRevalidated: false }> {
      const refreshed = await expireInStore(engine, getObjectKeys('refreshObj', obj, keyOf), 'refresh')
      return { refreshed, pagesRevalidated: false }
    },
    /**
     * Which fragments show each object: what `expireObj` would remove.
     *
     * @throws {ContentCacheTypeError} CC_INVALID_OBJ
     */
    async inspectObj(obj: ContentObject): Promise<ObjectInspection[]> {
      return inspectObjects(store, getObjectKeys('inspectObj', obj, keyOf))
    },
    /** Subscribes to what the cache does, as in `react-cache-content/next`. */
    onCacheEvent: engine.events.on,
  }
}

export const { expireObj, expireAfter, refreshObj, publishContent, inspectObj, onCacheEvent } =
  createContentClient()
export { type ErrorCode, isContentCacheError } from '../core/errors.ts'
export type { CacheEvent, CacheListener, FragmentRef } from '../core/events.ts'
export type {
  CommitResult,
  Entry,
  FragmentStore,
  Lookup,
  LookupRequest,
  SyncLookup as AtHand,
  Token,
} from '../core/fragmentStore.ts'
export type { ContentObject, KeyOf } from '../core/getObjectKeys.ts'
export type { ContentAction, ContentMessage } from '../messages/contentMessage.ts'
export type { Publication, PublishResult } from '../messages/publishContent.ts'
export type { ObjectInspection }
