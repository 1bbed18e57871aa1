import type { CacheListener } from '../core/events.ts'
import type { ExpireResult, RefreshResult } from '../core/expireResult.ts'
import type { ContentObject } from '../core/getObjectKeys.ts'
import type { Publication, PublishResult } from '../messages/publishContent.ts'
import type { ContentComponents } from '../react/components.ts'

/**
 * The components and functions of one cache, for pages, Server Actions and route handlers. The functions do not use
 * `this`, so they can be exported one by one.
 *
 * @typeParam T objects that the `keyOf` option maps to a key
 * @example export const { CacheContent, RegisterContent, expireObj } = createContentCache({ store: memoryStore() })
 */
export interface ContentCache<T = never> extends ContentComponents<T> {
  /**
   * Removes every fragment that shows one of the objects. Next renders the prerendered pages that show them again.
   * Call it after the change is committed to your database.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ, before anything is expired
   * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not accept the expiry
   * @example await db.stories.update(story); await expireObj(story)
   */
  readonly expireObj: (obj: ContentObject<T>) => Promise<ExpireResult>

  /**
   * Changes data, and then expires the objects. An expiry before the commit would be undone by the next reader, who
   * still sees the old data. The objects are also expired when `work` fails, because a commit whose answer was lost may
   * have succeeded.
   *
   * @param work a promise, or a function that returns a promise or a value. Its result is returned
   * @param obj the changed objects, or a function that returns them. The function gets the result, or `undefined` when
   * `work` failed
   * @throws the error of `work`, or else the errors of `expireObj`
   * @example const story = await expireAfter(() => db.transaction(save), (story) => ['story:new', story])
   */
  readonly expireAfter: <Result>(
    work: PromiseLike<Result> | (() => PromiseLike<Result> | Result),
    obj: ContentObject<T> | ((value: Result | undefined) => ContentObject<T>),
  ) => Promise<Result>

  /**
   * Marks every fragment that shows one of the objects as stale. Visitors get the old copy while one fill replaces it.
   * Use it for changes that may be seen late, never for content that must disappear.
   *
   * @throws the errors of `expireObj`
   */
  readonly refreshObj: (obj: ContentObject<T>) => Promise<RefreshResult>

  /**
   * Publishes a change to workers (`react-cache-content worker`) and to every other subscriber of the channel. Workers
   * refresh the fragments that show the objects, or expire them (`unpublish`, `delete`). Then they request the pages,
   * so that no reader has to wait for a render. A store in memory has no subscribers, so the fragments are expired at
   * once. Call it after the change is committed to your database.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ, CC_INVALID_MESSAGE, before anything is published
   * @throws {ContentCacheError} CC_PUBLISH_FAILED
   * @example await publishContent(story, { action: 'publish', status: 'live', editor: 'amy' })
   */
  readonly publishContent: (obj: ContentObject<T>, publication?: Publication) => Promise<PublishResult>

  /**
   * Memoises an async loader for one request, across all its fragments. `React.cache` starts again in each of them.
   * Objects that the loader registers are dependencies of every fragment that uses the value. Arguments are compared
   * by identity. The loader cannot read `cookies()` and the like: pass the values as arguments.
   *
   * @throws {ContentCacheError} CC_REQUEST_DATA_IN_MEMO when the loader reads request data
   * @example const getStory = requestMemo(async (id: string) => {
   *   const story = await db.story(id)
   *   registerContent(story)
   *   return story
   * })
   */
  readonly requestMemo: <Args extends readonly unknown[], Result>(
    load: (...args: Args) => Promise<Result> | Result,
  ) => (...args: Args) => Promise<Result>

  /**
   * Makes the prerendered pages of this process follow the expiries of other processes. Call it when the process
   * starts. The first render of a fragment does the same, but a process may serve only prerendered pages for a long
   * time. It needs a store that processes share, and does nothing during a build.
   *
   * @example // instrumentation.ts
   * export async function register() {
   *   if (process.env.NEXT_RUNTIME === 'nodejs') {
   *     const { followExpiries } = await import('react-cache-content/next')
   *     followExpiries()
   *   }
   * }
   */
  readonly followExpiries: () => void

  /**
   * Subscribes to the events of the cache. A listener must be quick. Its errors are ignored.
   *
   * @returns a function that ends the subscription
   * @example onCacheEvent((event) => { if (event.type === 'store-error') log.warn(event.error) })
   */
  readonly onCacheEvent: (listener: CacheListener) => () => void
}
