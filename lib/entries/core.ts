import type { ContentClient } from './contentClient.ts'
import { createContentClient } from './createContentClient.ts'

let defaultClient: ContentClient | undefined

/** Created at first use, so that an import neither reads the environment nor creates anything. */
function getDefaultClient(): ContentClient {
  defaultClient ??= createContentClient()
  return defaultClient
}

/**
 * Removes every fragment that shows one of the objects. Call it after the change is committed to your database.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ, before anything is expired
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not accept the expiry
 * @example await expireObj(['news/story:21563', 'news/story:new'])
 */
export const expireObj: ContentClient['expireObj'] = async (obj) => getDefaultClient().expireObj(obj)

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
export const expireAfter: ContentClient['expireAfter'] = async (work, obj) =>
  getDefaultClient().expireAfter(work, obj)

/**
 * Marks every fragment that shows one of the objects as stale. Visitors get the old copy while one fill replaces it.
 * Use it for changes that may be seen late, never for content that must disappear.
 *
 * @throws as `expireObj` does
 */
export const refreshObj: ContentClient['refreshObj'] = async (obj) => getDefaultClient().refreshObj(obj)

/**
 * Publishes a change to workers (`react-cache-content worker`) and to every other subscriber of the channel. Workers
 * expire or refresh the fragments that show the objects, and render the pages again.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ, CC_INVALID_MESSAGE, before anything is published
 * @throws {ContentCacheError} CC_PUBLISH_FAILED
 * @example await publishContent('news/story:21563', { action: 'publish' })
 */
export const publishContent: ContentClient['publishContent'] = async (obj, publication) =>
  getDefaultClient().publishContent(obj, publication)

/**
 * Lists the fragments that show each object. `expireObj` would remove them.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ
 * @example const [{ fragments }] = await inspectObj('news/story:21563')
 */
export const inspectObj: ContentClient['inspectObj'] = async (obj) => getDefaultClient().inspectObj(obj)

/**
 * Subscribes to the events of the cache. A listener must be quick. Its errors are ignored.
 *
 * @returns a function that ends the subscription
 * @example onCacheEvent((event) => { if (event.type === 'store-error') console.warn(event.error) })
 */
export const onCacheEvent: ContentClient['onCacheEvent'] = (listener) =>
  getDefaultClient().onCacheEvent(listener)

export type { Awaitable } from '../core/awaitable.ts'
export {
  type ContentCacheError,
  type ContentCacheTypeError,
  type ErrorCode,
  type ErrorWithCode,
  isContentCacheError,
} from '../core/errors.ts'
export type {
  BypassReason,
  CacheEvent,
  CacheListener,
  FragmentRef,
  MissReason,
  RebuildRefusal,
  StaleReason,
  StoreOperation,
} from '../core/events.ts'
export type { ExpireResult, PagesResult, RefreshResult } from '../core/expireResult.ts'
export type {
  CommitResult,
  DerivedValues,
  Entry,
  ExpiryListener,
  FragmentStore,
  HeldLease,
  LeaseReply,
  LeaseRequest,
  Lookup,
  LookupRequest,
  SharedLookup,
  SyncLookup,
  Token,
} from '../core/fragmentStore.ts'
export type { ContentObject, KeyOf } from '../core/getObjectKeys.ts'
export type { ObjectInspection } from '../core/inspectObjects.ts'
export type { DynamicPart } from '../core/makeup.ts'
export type { UncacheableReason } from '../core/metadata.ts'
export type { ContentAction, ContentMessage } from '../messages/contentMessage.ts'
export type { Publication, PublishResult } from '../messages/publishContent.ts'
export type { ClientExpireResult, ClientRefreshResult } from './contentClient.ts'
export type { ContentClientOptions } from './createContentClient.ts'
export { type ContentClient, createContentClient }
