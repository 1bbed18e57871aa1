import type { CacheListener } from '../core/events.ts'
import type { ExpireResult, RefreshResult } from '../core/expireResult.ts'
import type { ContentObject } from '../core/getObjectKeys.ts'
import type { Publication, PublishResult } from '../messages/publishContent.ts'
import type { ContentComponents } from '../react/components.ts'

/**
 * A cache and all that pages, actions and route handlers need of it. Its members are functions without `this`, so they
 * can be exported one by one.
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
   * Runs a change of the data, and then expires the changed objects. After an expiry before the commit, the next reader
   * would store the old data again. The objects are expired also when `work` fails, because its commit may have
   * succeeded although the answer was lost.
   *
   * @param work a promise, or a function that returns one; its result is returned
   * @param obj the changed objects, or a function that returns them, given the result (`undefined` when `work` failed)
   * @throws the error of `work`; otherwise as `expireObj` does
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
   * @throws as `expireObj` does
   */
  readonly refreshObj: (obj: ContentObject<T>) => Promise<RefreshResult>

  /**
   * Publishes a change to workers (`react-cache-content worker`) and to every other subscriber of the channel. Workers
   * refresh the fragments that show the objects, or expire them (`unpublish`, `delete`). Then they render the pages
   * again before a reader has to wait. A store in memory has no subscribers, so the fragments are expired at once.
   * Call it after the change is committed to your database.
   *
   * @throws {ContentCacheTypeError} CC_INVALID_OBJ, CC_INVALID_MESSAGE, before anything is published
   * @throws {ContentCacheError} CC_PUBLISH_FAILED
   * @example await publishContent(story, { action: 'publish', status: 'live', editor: 'amy' })
   */
  readonly publishContent: (obj: ContentObject<T>, publication?: Publication) => Promise<PublishResult>

  /**
   * Memoises an async loader for one request, across all its fragments. `React.cache` starts again in each of them.
   * Objects that the loader registers are dependencies of every fragment that uses the value. Arguments are compared
   * by identity. The loader cannot read `cookies()` and the like: pass their values as arguments.
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
   * Makes the prerendered pages of this process follow the expiries of other processes from its start on. Rendering a
   * fragment does the same, but a process that has only served prerendered pages has rendered none. The function needs a
   * store that processes share, and does nothing during a build.
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
