import type { ContentCache } from '../next/contentCache.ts'
import { createContentCache } from '../next/createContentCache.ts'
import { getDefaultStore } from './getDefaultStore.ts'

/** Each bundle has its own. All of them use the one default store of the process. */
let defaultCache: ContentCache | undefined

/** Created at first use, so that an import neither reads the environment nor creates anything. */
function getDefaultCache(): ContentCache {
  defaultCache ??= createContentCache({ store: getDefaultStore() })
  return defaultCache
}

/**
 * Caches the output of its children until one of the objects registered inside is expired.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VARY, CC_INVALID_TTL, CC_INVALID_VERSION,
 * CC_INVALID_EXPORT, CC_INVALID_COMPACT
 * @throws {ContentCacheError} CC_FRAGMENT_IN_ITSELF; CC_REQUEST_DATA when something inside reads cookies
 * or the like
 * @example
 * <CacheContent name="section" vary={['national', locale]}>
 *   <Stories section="national" />
 * </CacheContent>
 */
export const CacheContent: ContentCache['CacheContent'] = (props) => getDefaultCache().CacheContent(props)

/**
 * Registers objects with the fragment around it. The fragment is expired with any of them. It is
 * {@link registerContent} as a component.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ
 * @example <li><RegisterContent obj={story} /><a href={story.url}>{story.headline}</a></li>
 */
export const RegisterContent: ContentCache['RegisterContent'] = (props) =>
  getDefaultCache().RegisterContent(props)

/**
 * Registers objects with the fragment that the caller renders in. The fragment is expired with any of them. Inside
 * `'use cache'` the objects become tags of the cached data, and so reach the fragment or page around it. Outside of
 * both the function does nothing.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ
 * @example
 * async function loadStory(id) { const story = await db.story(id); registerContent(story); return story }
 */
export const registerContent: ContentCache['registerContent'] = (...objs) =>
  getDefaultCache().registerContent(...objs)

/**
 * Removes every fragment that shows one of the objects. Next renders the prerendered pages that show them again.
 * Call it after the change is committed to your database.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OBJ, before anything is expired
 * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not accept the expiry
 * @example await db.stories.update(story); await expireObj(story)
 */
export const expireObj: ContentCache['expireObj'] = async (obj) => getDefaultCache().expireObj(obj)

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
export const expireAfter: ContentCache['expireAfter'] = async (work, obj) =>
  getDefaultCache().expireAfter(work, obj)

/**
 * Marks every fragment that shows one of the objects as stale. Visitors get the old copy while one fill replaces it.
 * Use it for changes that may be seen late, never for content that must disappear.
 *
 * @throws as `expireObj` does
 */
export const refreshObj: ContentCache['refreshObj'] = async (obj) => getDefaultCache().refreshObj(obj)

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
export const publishContent: ContentCache['publishContent'] = async (obj, publication) =>
  getDefaultCache().publishContent(obj, publication)

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
export const requestMemo: ContentCache['requestMemo'] = <Args extends readonly unknown[], Result>(
  load: (...args: Args) => Promise<Result> | Result,
) => {
  // Modules call this function while they load, which must not create the default cache.
  let memoised: ((...args: Args) => Promise<Result>) | undefined
  return (...args: Args) => (memoised ??= getDefaultCache().requestMemo(load))(...args)
}

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
export const followExpiries: ContentCache['followExpiries'] = () => getDefaultCache().followExpiries()

/**
 * Subscribes to the events of the cache. A listener must be quick. Its errors are ignored.
 *
 * @returns a function that ends the subscription
 * @example onCacheEvent((event) => { if (event.type === 'store-error') log.warn(event.error) })
 */
export const onCacheEvent: ContentCache['onCacheEvent'] = (listener) =>
  getDefaultCache().onCacheEvent(listener)

export type { Limits } from '../core/engine.ts'
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
export type { ExportAs, ExportFormat } from '../core/exports/exportAs.ts'
export type { FragmentReport } from '../core/fragmentReport.ts'
export type { CommitResult, FragmentStore } from '../core/fragmentStore.ts'
export type { ContentObject, KeyOf } from '../core/getObjectKeys.ts'
export type { DynamicPart, Makeup } from '../core/makeup.ts'
export type { UncacheableReason } from '../core/metadata.ts'
export type { VaryRecord, VaryValue } from '../core/varyValue.ts'
export type { ContentAction } from '../messages/contentMessage.ts'
export type { Publication, PublishResult } from '../messages/publishContent.ts'
export type { ContentCacheOptions } from '../next/createContentCache.ts'
export { type PrerenderOptions, prerenderComponent } from '../next/prerender/prerenderComponent.ts'
export { requestReport } from '../next/requestReport.ts'
export type { CompactOptions } from '../react/compactOptions.ts'
export type { CacheContentProps, ContentComponents, RegisterContentProps } from '../react/components.ts'
export type { FragmentProps } from '../react/fragmentHost.ts'
export { type ContentCache, createContentCache }
