import { type Publication, type PublishResult, publishContent } from '../broadcast/publishContent.ts'
import { createEngine } from '../core/createEngine.ts'
import type { Limits } from '../core/engine.ts'
import { namespaceFrom, rebuildSecretFrom } from '../core/environment.ts'
import { contentCacheError } from '../core/errors.ts'
import type { CacheListener } from '../core/events.ts'
import { expireInStore } from '../core/expire.ts'
import { expireAfter } from '../core/expireAfter.ts'
import { type ContentObject, type KeyOf, objectKeys } from '../core/objectKeys.ts'
import { SHORTEST_SECRET } from '../core/rebuildSignature.ts'
import { show } from '../core/show.ts'
import type { FragmentStore } from '../core/store.ts'
import { createComponents } from '../react/components.ts'
import { dataTagsOf, objectOfDataTag } from './dataTags.ts'
import { followExpiries } from './followExpiries.ts'
import { revalidateTagsHere } from './internals/nextTags.ts'
import { putNextOnOneClock } from './internals/oneClock.ts'
import { workUnitAsyncStorage } from './internals/storages.ts'
import { createNextHost } from './nextHost.ts'
import { objectOfTag, tagOfAnything, tagOfObject, tagOfUncached } from './pageTags.ts'
import { createNextRequestMemo } from './requestMemo.ts'
import { currentRequestScope, readAnewFromHere } from './requestScope.ts'
import { revalidatePages } from './revalidatePages.ts'
import { sayFailedExport } from './sayFailedExport.ts'
import { sayUnstorable } from './sayUnstorable.ts'
import { hasUntiedPages } from './uncachedOutput.ts'
import { rememberKeysOf, unmatchedKeys } from './unmatchedKeys.ts'

export interface ContentCacheOptions extends Partial<Limits> {
  /** Where fragments are kept, for instance `memoryStore()`. */
  readonly store: FragmentStore
  /** Separates the page tags of sites that share a cache handler of Next. Default: `CONTENT_CACHE_NAMESPACE`, or `cc`. */
  readonly namespace?: string
  /** Gives a key to objects that carry none, such as rows of an ORM. */
  readonly keyOf?: KeyOf
  /** Called with every event of this instance; see also `onCacheEvent`. */
  readonly onEvent?: CacheListener
  /**
   * By which a worker's requests are known: the same as the worker's, at least 16 characters. Default:
   * `CONTENT_CACHE_REBUILD_SECRET`, or `CONTENT_CACHE_SECRET`; without one they are served as any other.
   */
  readonly rebuildSecret?: string
}

/** Objects of one expiry beyond which all pages with fragments are rendered anew, not just those concerned. */
const BULK = 500

export interface PagesResult {
  /**
   * Whether prerendered pages that show the objects will be rendered anew. Next does so when the Server
   * Action or route handler ends; outside of both (a script, a render) there is no way to tell it.
   */
  readonly pagesRevalidated: boolean
}

export interface ExpireResult extends PagesResult {
  /** Fragments removed from the store. */
  readonly expired: number
}

export interface RefreshResult extends PagesResult {
  /** Fragments marked stale in the store. */
  readonly refreshed: number
}

/**
 * A content cache of your own, where the default one will not do: another store, a `keyOf`, other limits.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT, of a variable that stands in for an option
 * @example
 * export const { CacheContent, RegisterContent, expireObj } = createContentCache({
 *   store: memoryStore({ maxBytes: 256 * 1024 * 1024 }),
 *   keyOf: (row) => row instanceof Model ? `${row.table}:${row.id}` : undefined,
 * })
 */
export function createContentCache(options: ContentCacheOptions) {
  const {
    store,
    keyOf,
    namespace = namespaceFrom(process.env) ?? 'cc',
    onEvent,
    rebuildSecret = rebuildSecretFrom(process.env),
    ...limits
  } = options
  checkOptions(options)
  putNextOnOneClock()
  const listener: CacheListener = (event) => {
    sayFailedExport(event)
    rememberKeysOf(event)
    sayUnstorable(event)
    return onEvent?.(event)
  }
  const inDevelopment = process.env.NODE_ENV === 'development'
  const engine = createEngine(store, limits, process.env.NODE_ENV === 'production' ? onEvent : listener)

  /** @param named those that the caller has written */
  async function touch(how: 'expire' | 'refresh', objects: readonly string[], named = objects) {
    if (objects.length === 0) return { touched: 0, pagesRevalidated: false }
    const sayUnmatched = inDevelopment ? await unmatchedKeys(store, `${how}Obj`, named) : undefined
    const tags = objects.map((object) => tagOfObject(object, namespace))
    const dataTags = dataTagsOf(objects, namespace)
    let pagesRevalidated = false
    let touched: number
    try {
      // A fragment around a 'use cache' that holds fragments knows them by their tags only; so it does keys that
      // are too long for a tag of data.
      const hashed = dataTags.filter((tag) => objectOfDataTag(tag) === undefined)
      touched = await expireInStore(
        engine,
        [...new Set([...objects, ...[...tags, ...hashed].map(objectOfTag)])],
        how,
      )
    } finally {
      // Also when the store failed: pages rendered anew are right even so.
      const scope = currentRequestScope()
      if (scope && workUnitAsyncStorage.getStore()?.phase === 'action') readAnewFromHere(scope)
      // Next's cost grows with the square of the number of tags.
      const pages = tags.length > BULK ? [tagOfAnything(namespace)] : [...tags, tagOfUncached(namespace)]
      const data = tags.length > BULK ? [tagOfAnything(namespace)] : dataTags
      // Next revalidates when the handler ends, but no fill may read old data from here on.
      revalidateTagsHere(data, { expire: 0 })
      const { done, error } = revalidatePages({ pages, data }, how)
      pagesRevalidated = done && !hasUntiedPages()
      if (error !== undefined) engine.events.emit({ type: 'pages-error', error })
    }
    sayUnmatched?.()
    return { touched, pagesRevalidated }
  }

  async function expireObj(obj: ContentObject): Promise<ExpireResult> {
    const { touched, pagesRevalidated } = await touch('expire', objectKeys('expireObj', obj, keyOf))
    return { expired: touched, pagesRevalidated }
  }

  return {
    ...createComponents(createNextHost(engine, { namespace, rebuildSecret }), keyOf),

    /**
     * Removes every fragment that shows one of the objects, and has Next render anew the prerendered pages
     * that do. Call it after the change is committed to your database.
     *
     * @throws {ContentCacheTypeError} CC_INVALID_OBJ, before anything is expired
     * @throws {ContentCacheError} CC_EXPIRE_FAILED when the store does not take it
     * @example await db.stories.update(story); await expireObj(story)
     */
    expireObj,

    /**
     * Runs what changes the data, and expires when it is done: an expiry before the commit would be undone by
     * the next reader, who still sees the old data. Expires as well when `work` fails, since a commit whose answer
     * was lost may have gone through.
     *
     * @param work a promise, or a function that makes one, of which the result is returned
     * @param obj what it changes, or a function that tells it from the result (`undefined` when `work` failed)
     * @throws what `work` throws; else as `expireObj` does
     * @example const story = await expireAfter(() => db.transaction(save), (story) => ['story:new', story])
     */
    expireAfter<T>(
      work: PromiseLike<T> | (() => PromiseLike<T> | T),
      obj: ContentObject | ((value: T | undefined) => ContentObject),
    ): Promise<T> {
      return expireAfter(work, (value) => expireObj(typeof obj === 'function' ? obj(value) : obj))
    },

    /**
     * Marks the fragments stale instead: visitors get the old copy while one fill replaces it. For changes
     * that may be seen late, never for what must disappear.
     *
     * @throws as `expireObj` does
     */
    async refreshObj(obj: ContentObject): Promise<RefreshResult> {
      const { touched, pagesRevalidated } = await touch('refresh', objectKeys('refreshObj', obj, keyOf))
      return { refreshed: touched, pagesRevalidated }
    },

    /**
     * Tells workers (`react-cache-content worker`), and whoever else listens on the channel, that objects have
     * changed. Workers refresh what shows them, or expire it (`unpublish`, `delete`), and render the pages anew
     * before a reader has to wait. With a store in memory nobody can listen: then it expires them here.
     *
     * Call it after the change is committed to your database.
     *
     * @throws {ContentCacheTypeError} CC_INVALID_OBJ, CC_INVALID_MESSAGE, before anything is published
     * @throws {ContentCacheError} CC_PUBLISH_FAILED
     * @example await publishContent(story, { action: 'publish', status: 'live', editor: 'amy' })
     */
    async publishContent(obj: ContentObject, publication?: Publication): Promise<PublishResult> {
      const keys = objectKeys('publishContent', obj, keyOf)
      return publishContent(
        engine,
        keys,
        publication,
        async (objects) => (await touch('expire', objects, keys)).touched,
      )
    },

    /**
     * Memoises an async loader for one request, across all its fragments, where `React.cache` begins anew in
     * each. What the loader registers counts for every fragment that uses the value. The loader cannot read
     * `cookies()` and the like: pass what it needs.
     *
     * @example const getStory = requestMemo(async (id: string) => {
     *   const story = await db.story(id)
     *   registerContent(story)
     *   return story
     * })
     */
    requestMemo: createNextRequestMemo(namespace, store),

    /**
     * Has the prerendered pages of this process follow the expiries of other processes, from its start on.
     * Rendering a fragment does so by itself; a process that has only served prerendered pages has rendered
     * none. Needs a store that processes share; does nothing in a build.
     *
     * @example // instrumentation.ts
     * export async function register() {
     *   if (process.env.NEXT_RUNTIME === 'nodejs') {
     *     const { followExpiries } = await import('react-cache-content/next')
     *     followExpiries()
     *   }
     * }
     */
    followExpiries: () => followExpiries(engine, namespace),

    /**
     * Subscribes to what the cache does. A listener must be quick; its errors are swallowed.
     *
     * @returns a function that ends the subscription
     * @example onCacheEvent((event) => { if (event.type === 'store-error') log.warn(event.error) })
     */
    onCacheEvent(listener: CacheListener): () => void {
      return engine.events.on(listener)
    },
  }
}

function checkOptions({ namespace, keyOf, onEvent, rebuildSecret }: ContentCacheOptions): void {
  // The value is not shown: it may be a secret all the same.
  if (
    rebuildSecret !== undefined &&
    (typeof rebuildSecret !== 'string' || rebuildSecret.length < SHORTEST_SECRET)
  )
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'rebuildSecret',
      `must be a string of at least ${SHORTEST_SECRET} characters`,
    ])
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace === ''))
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'namespace',
      `must be a non-empty string, but is ${show(namespace)}`,
    ])
  for (const [name, value] of Object.entries({ keyOf, onEvent })) {
    if (value !== undefined && typeof value !== 'function')
      throw contentCacheError('CC_INVALID_OPTIONS', [name, `must be a function, but is ${show(value)}`])
  }
}
