import type { CacheListener } from '../core/events.ts'
import type { ExpireResult, RefreshResult } from '../core/expireResult.ts'
import type { ContentObject } from '../core/getObjectKeys.ts'
import type { ObjectInspection } from '../core/inspectObjects.ts'
import type { Publication, PublishResult } from '../messages/publishContent.ts'

/** The result of a client's `expireObj`. A client does not know how many pages follow the expiry. */
export interface ClientExpireResult extends ExpireResult {
  readonly pagesRevalidated: false
}

/** The result of a client's `refreshObj`. A client does not know how many pages follow the refresh. */
export interface ClientRefreshResult extends RefreshResult {
  readonly pagesRevalidated: false
}

/**
 * A cache for scripts and workers, which render no fragments. It does not need React. Its members are functions without
 * `this`, so they can be exported one by one.
 *
 * @typeParam T objects that the `keyOf` option maps to a key
 */
export interface ContentClient<T = never> {
  /**
   * Removes every fragment that shows one of the objects. Call it after the change is committed to your database.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ, before anything is expired
   * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not accept the expiry
   * @example await expireObj(['news/story:21563', 'news/story:new'])
   */
  readonly expireObj: (obj: ContentObject<T>) => Promise<ClientExpireResult>

  /**
   * Runs a change of the data, and then expires the changed objects. After an expiry before the commit, the next reader
   * would store the old data again. The objects are expired also when `work` fails, because its commit may have
   * succeeded although the answer was lost.
   *
   * @param work a promise, or a function that returns one; its result is returned
   * @param obj the changed objects, or a function that returns them, given the result (`undefined` when `work` failed)
   * @throws the error of `work`; otherwise as `expireObj` does
   * @example await expireAfter(() => db.transaction(importStories), 'news/story:new')
   */
  readonly expireAfter: <Result>(
    work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
    obj: ContentObject<T> | ((value: Result | undefined) => ContentObject<T>),
  ) => Promise<Result>

  /**
   * Marks every fragment that shows one of the objects as stale. Visitors get the old copy while one fill replaces it.
   * Use it for changes that may be seen late, never for content that must disappear.
   *
   * @throws as `expireObj` does
   */
  readonly refreshObj: (obj: ContentObject<T>) => Promise<ClientRefreshResult>

  /**
   * Publishes a change to workers (`react-cache-content worker`) and to every other subscriber of the channel. Workers
   * expire or refresh the fragments that show the objects, and render the pages again.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ, CC_INVALID_MESSAGE, before anything is published
   * @throws {ContentCacheError} CC_PUBLISH_FAILED
   * @example await publishContent('news/story:21563', { action: 'publish' })
   */
  readonly publishContent: (obj: ContentObject<T>, publication?: Publication) => Promise<PublishResult>

  /**
   * Lists the fragments that show each object. `expireObj` would remove them.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ
   * @example const [{ fragments }] = await inspectObj('news/story:21563')
   */
  readonly inspectObj: (obj: ContentObject<T>) => Promise<ObjectInspection[]>

  /**
   * Subscribes to the events of the cache. A listener must be quick. Its errors are ignored.
   *
   * @returns a function that ends the subscription
   * @example onCacheEvent((event) => { if (event.type === 'store-error') console.warn(event.error) })
   */
  readonly onCacheEvent: (listener: CacheListener) => () => void
}
