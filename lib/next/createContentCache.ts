import { createEngine } from '../core/createEngine.ts'
import type { Limits } from '../core/engine.ts'
import { readNamespace, readRebuildSecret } from '../core/environment.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { CacheListener } from '../core/events.ts'
import { expireAfter } from '../core/expireAfter.ts'
import { expireInStore } from '../core/expireInStore.ts'
import type { ExpireResult } from '../core/expireResult.ts'
import { formatValue } from '../core/formatValue.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { MIN_SECRET_LENGTH } from '../core/rebuildSignature.ts'
import { encodePickle } from '../formats/encodePickle.ts'
import { encodeRailsEntry } from '../formats/encodeRailsEntry.ts'
import { publishContent } from '../messages/publishContent.ts'
import { createComponents } from '../react/components.ts'
import type { ContentCache } from './contentCache.ts'
import { detectUnmatchedKeys, rememberEventKeys } from './detectUnmatchedKeys.ts'
import { followExpiries } from './followExpiries.ts'
import { revalidateTagsLocally } from './internals/checkTags.ts'
import { patchNextClocks } from './internals/patchNextClocks.ts'
import { isActionPhase } from './internals/renderContext.ts'
import { createNextHost } from './nextHost.ts'
import { createNextRequestMemo } from './nextRequestMemo.ts'
import { getCurrentRequestScope, resetReadTimestamp } from './requestScope.ts'
import { revalidatePages } from './revalidatePages.ts'
import { hasUntiedPages } from './serveUncached.ts'
import { fromDataTag, toDataTags } from './toDataTag.ts'
import { fromNextTag, getCatchAllTag, getUncachedTag, toNextTag } from './toNextTag.ts'
import { warnExportFailed, warnUnstorable } from './warnOnce.ts'

/**
 * Options of `createContentCache`.
 *
 * @typeParam T objects that `keyOf` maps to a key
 */
export interface ContentCacheOptions<T = unknown> extends Partial<Limits> {
  /** Where fragments are kept, for instance `memoryStore()`. */
  readonly store: FragmentStore
  /** Separates the page tags of sites that share a cache handler of Next. Default: `CONTENT_CACHE_NAMESPACE`, or `cc`. */
  readonly namespace?: string
  /** Maps objects that carry no key to one, such as rows of an ORM. */
  readonly keyOf?: KeyOf<T>
  /** Called with every event of this instance. See also `onCacheEvent`. */
  readonly onEvent?: CacheListener
  /**
   * Secret that a worker signs its requests with: the same as the worker's, at least 16 characters. Default:
   * `CONTENT_CACHE_REBUILD_SECRET`, or `CONTENT_CACHE_SECRET`. Without a secret those requests are served as any other.
   */
  readonly rebuildSecret?: string
}

/** Objects of one expiry beyond which all pages with fragments are rendered anew, not just those concerned. */
const BULK_THRESHOLD = 500

/**
 * Creates a cache with settings of its own: another store, a `keyOf`, other limits.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT, of a variable that stands in for an option
 * @example
 * export const { CacheContent, RegisterContent, expireObj } = createContentCache({
 *   store: memoryStore({ maxBytes: 256 * 1024 * 1024 }),
 *   keyOf: (row) => row instanceof Model ? `${row.table}:${row.id}` : undefined,
 * })
 */
export function createContentCache(
  options: ContentCacheOptions & { readonly keyOf?: undefined },
): ContentCache
export function createContentCache<T>(options: ContentCacheOptions<T>): ContentCache<T>
export function createContentCache<T>(options: ContentCacheOptions<T>): ContentCache<T> {
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
  const engine = createEngine(store, limits, process.env.NODE_ENV === 'production' ? onEvent : listener, {
    django: encodePickle,
    rails: encodeRailsEntry,
  })

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
      const scope = getCurrentRequestScope()
      if (scope && isActionPhase()) resetReadTimestamp(scope)
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

  async function expireObj(obj: ContentObject<T>): Promise<ExpireResult> {
    const { touched, pagesRevalidated } = await expireOrRefresh(
      'expire',
      getObjectKeys('expireObj', obj, keyOf),
    )
    return { expired: touched, pagesRevalidated }
  }

  return {
    ...createComponents(createNextHost(engine, { namespace, rebuildSecret }), keyOf),
    expireObj,
    expireAfter: (work, obj) => expireAfter(work, obj, expireObj),

    async refreshObj(obj) {
      const { touched, pagesRevalidated } = await expireOrRefresh(
        'refresh',
        getObjectKeys('refreshObj', obj, keyOf),
      )
      return { refreshed: touched, pagesRevalidated }
    },

    async publishContent(obj, publication) {
      const keys = getObjectKeys('publishContent', obj, keyOf)
      return publishContent(
        engine,
        keys,
        publication,
        async (objects) => (await expireOrRefresh('expire', objects, keys)).touched,
      )
    },

    requestMemo: createNextRequestMemo(namespace, store),
    followExpiries: () => followExpiries(engine, namespace),
    onCacheEvent: engine.events.on,
  }
}

function checkOptions({ namespace, keyOf, onEvent, rebuildSecret }: ContentCacheOptions<never>): void {
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
