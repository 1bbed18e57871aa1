import { createEngine } from '../core/createEngine.ts'
import type { Limits } from '../core/engine.ts'
import { readNamespace, readRebuildSecret } from '../core/environment.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { CacheListener } from '../core/events.ts'
import { expireAfter } from '../core/expireAfter.ts'
import { expireInStore } from '../core/expireInStore.ts'
import { formatValue } from '../core/formatValue.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { MIN_SECRET_LENGTH } from '../core/rebuildSignature.ts'
import { type Publication, type PublishResult, publishContent } from '../messages/publishContent.ts'
import { createComponents } from '../react/components.ts'
import { detectUnmatchedKeys, rememberEventKeys } from './detectUnmatchedKeys.ts'
import { followExpiries } from './followExpiries.ts'
import { revalidateTagsLocally } from './internals/checkTags.ts'
import { patchNextClocks } from './internals/patchNextClocks.ts'
import { workUnitAsyncStorage } from './internals/workAsyncStorage.ts'
import { createNextHost } from './nextHost.ts'
import { createNextRequestMemo } from './nextRequestMemo.ts'
import { currentRequestScope, resetReadTimestamp } from './requestScope.ts'
import { revalidatePages } from './revalidatePages.ts'
import { hasUntiedPages } from './serveUncached.ts'
import { fromDataTag, toDataTags } from './toDataTag.ts'
import { fromNextTag, getCatchAllTag, getUncachedTag, toNextTag } from './toNextTag.ts'
import { warnExportFailed } from './warnExportFailed.ts'
import { warnUnstorable } from './warnUnstorable.ts'

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
const BULK_THRESHOLD = 500

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
    namespace = readNamespace(process.env) ?? DEFAULT_NAMESPACE,
    onEvent,
    rebuildSecret = readRebuildSecret(process.env),
    ...limits
  } = options
  checkOptions(options)
  patchNextClocks()
  const listener: CacheListener = (event) => {
    warnExportFailed(event)
    rememberEventKeys(event)
    warnUnstorable(event)
    return onEvent?.(event)
  }
  const inDevelopment = process.env.NODE_ENV === 'development'
  const engine = createEngine(store, limits, process.env.NODE_ENV === 'production' ? onEvent : listener)

  /** @param namedKeys those that the caller has written */
  async function expireOrRefresh(
    mode: 'expire' | 'refresh',
    objects: readonly string[],
    namedKeys = objects,
  ) {
    if (objects.length === 0) return { touched: 0, pagesRevalidated: false }
    const warnUnmatched = inDevelopment
      ? await detectUnmatchedKeys(store, `${mode}Obj`, namedKeys)
      : undefined
    const tags = objects.map((object) => toNextTag(object, namespace))
    const dataTags = toDataTags(objects, namespace)
    let pagesRevalidated = false
    let touched: number
    try {
      // A fragment around a 'use cache' that holds fragments knows them by their tags only; so it does keys that
      // are too long for a tag of data.
      const hashed = dataTags.filter((tag) => fromDataTag(tag) === undefined)
      touched = await expireInStore(
        engine,
        [...new Set([...objects, ...[...tags, ...hashed].map(fromNextTag)])],
        mode,
      )
    } finally {
      // Also when the store failed: pages rendered anew are right even so.
      const scope = currentRequestScope()
      if (scope && workUnitAsyncStorage.getStore()?.phase === 'action') resetReadTimestamp(scope)
      // Next's cost grows with the square of the number of tags.
      const pages =
        tags.length > BULK_THRESHOLD ? [getCatchAllTag(namespace)] : [...tags, getUncachedTag(namespace)]
      const data = tags.length > BULK_THRESHOLD ? [getCatchAllTag(namespace)] : dataTags
      // Next revalidates when the handler ends, but no fill may read old data from here on.
      revalidateTagsLocally(data, { expire: 0 })
      const { done, error } = revalidatePages({ pages, data }, mode)
      pagesRevalidated = done && !hasUntiedPages()
      if (error !== undefined) engine.events.emit({ type: 'pages-error', error })
    }
    warnUnmatched?.()
    return { touched, pagesRevalidated }
  }

  async function expireObj(obj: ContentObject): Promise<ExpireResult> {
    const { touched, pagesRevalidated } = await expireOrRefresh(
      'expire',
      getObjectKeys('expireObj', obj, keyOf),
    )
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
      const { touched, pagesRevalidated } = await expireOrRefresh(
        'refresh',
        getObjectKeys('refreshObj', obj, keyOf),
      )
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
      const keys = getObjectKeys('publishContent', obj, keyOf)
      return publishContent(
        engine,
        keys,
        publication,
        async (objects) => (await expireOrRefresh('expire', objects, keys)).touched,
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
    (typeof rebuildSecret !== 'string' || rebuildSecret.length < MIN_SECRET_LENGTH)
  )
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'rebuildSecret',
      `must be a string of at least ${MIN_SECRET_LENGTH} characters`,
    ])
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace === ''))
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'namespace',
      `must be a non-empty string, but is ${formatValue(namespace)}`,
    ])
  for (const [name, value] of Object.entries({ keyOf, onEvent })) {
    if (value !== undefined && typeof value !== 'function')
      throw createContentCacheError('CC_INVALID_OPTIONS', [
        name,
        `must be a function, but is ${formatValue(value)}`,
      ])
  }
}
