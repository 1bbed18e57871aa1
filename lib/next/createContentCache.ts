import { checkOptionNames, checkOptionsObject, type OptionNames } from '../core/checkOptionNames.ts'
import { createEngine } from '../core/createEngine.ts'
import type { Limits } from '../core/engine.ts'
import { readNamespace, readRebuildSecret } from '../core/environment.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { CacheListener } from '../core/events.ts'
import { expireAfter } from '../core/expireAfter.ts'
import type { ExpireResult } from '../core/expireResult.ts'
import { formatValue } from '../core/formatValue.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { MIN_SECRET_LENGTH } from '../core/rebuildSignature.ts'
import { encodePickle } from '../formats/encodePickle.ts'
import { encodeRailsEntry } from '../formats/encodeRailsEntry.ts'
import { publishContent } from '../messages/publishContent.ts'
import { type CompactOptions, describeProblem } from '../react/compactOptions.ts'
import { createComponents } from '../react/components.ts'
import type { ContentCache } from './contentCache.ts'
import { rememberEventKeys } from './detectUnmatchedKeys.ts'
import { expireContent } from './expireContent.ts'
import { followExpiries } from './followExpiries.ts'
import { patchNextClocks } from './internals/patchNextClocks.ts'
import { createNextHost } from './nextHost.ts'
import { createNextRequestMemo } from './nextRequestMemo.ts'
import { warnExportFailed, warnUnstorable } from './warnOnce.ts'

/**
 * Options of `createContentCache`.
 *
 * @typeParam T objects that `keyOf` maps to a key
 */
export interface ContentCacheOptions<T = unknown> extends Partial<Limits> {
  /** The store that keeps the fragments, for instance `memoryStore()`. */
  readonly store: FragmentStore
  /**
   * Separates the page tags of sites that share a cache handler of Next. Default: `CONTENT_CACHE_NAMESPACE`, or `cc`.
   */
  readonly namespace?: string
  /** Returns the key of objects that do not carry one, such as rows of an ORM. */
  readonly keyOf?: KeyOf<T>
  /** Called with every event of this instance. See also `onCacheEvent`. */
  readonly onEvent?: CacheListener
  /**
   * The secret with which a worker signs its requests. The worker must have the same. At least 16 characters. Default:
   * `CONTENT_CACHE_REBUILD_SECRET`, or `CONTENT_CACHE_SECRET`. Without a secret, the requests are served like any
   * others.
   */
  readonly rebuildSecret?: string
  /**
   * What becomes HTML besides plain markup, in fragments that do not say it themselves with the prop `compact`. Default:
   * `{ links: true, images: true, html: true, components: true }`.
   */
  readonly compact?: CompactOptions
}

const OPTION_NAMES = {
  store: true,
  keyOf: true,
  namespace: true,
  rebuildSecret: true,
  onEvent: true,
  compact: true,
  fillTimeout: true,
  leaseTime: true,
  leaseWait: true,
  storeTimeout: true,
} satisfies OptionNames<ContentCacheOptions>

/**
 * Creates a cache with its own settings, such as another store, a `keyOf` or other limits.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT when the variable that replaces a missing option is invalid
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
  checkContentCacheOptions(options)
  const {
    store,
    keyOf,
    namespace = readNamespace(process.env) ?? DEFAULT_NAMESPACE,
    onEvent,
    rebuildSecret = readRebuildSecret(process.env),
    compact,
    ...limits
  } = options
  patchNextClocks()
  const listener: CacheListener = (event) => {
    warnExportFailed(event)
    rememberEventKeys(event)
    warnUnstorable(event)
    return onEvent?.(event)
  }
  const engine = createEngine(store, limits, process.env.NODE_ENV === 'production' ? onEvent : listener, {
    django: encodePickle,
    rails: encodeRailsEntry,
  })
  const target = { engine, namespace }

  async function expireObj(obj: ContentObject<T>): Promise<ExpireResult> {
    const keys = getObjectKeys('expireObj', obj, keyOf)
    const { touched, pagesRevalidated } = await expireContent(target, 'expire', keys)
    return { expired: touched, pagesRevalidated }
  }

  return {
    ...createComponents(createNextHost(engine, { namespace, rebuildSecret, compact }), keyOf),
    expireObj,
    expireAfter: (work, obj) => expireAfter(work, obj, expireObj),

    async refreshObj(obj) {
      const keys = getObjectKeys('refreshObj', obj, keyOf)
      const { touched, pagesRevalidated } = await expireContent(target, 'refresh', keys)
      return { refreshed: touched, pagesRevalidated }
    },

    async publishContent(obj, publication) {
      const keys = getObjectKeys('publishContent', obj, keyOf)
      return publishContent(
        engine,
        keys,
        publication,
        async (objects) => (await expireContent(target, 'expire', objects, keys)).touched,
      )
    },

    requestMemo: createNextRequestMemo(namespace, store),
    followExpiries: () => followExpiries(engine, namespace),
    onCacheEvent: engine.events.on,
  }
}

function checkContentCacheOptions(options: ContentCacheOptions<never>): void {
  checkOptionsObject('createContentCache', options, '{ store: memoryStore() }')
  checkOptionNames(options, OPTION_NAMES)
  const { namespace, keyOf, onEvent, rebuildSecret, compact } = options
  const compactProblem = compact === undefined ? undefined : describeProblem(compact)
  if (compactProblem !== undefined)
    throw createContentCacheError('CC_INVALID_OPTIONS', ['compact', `cannot be used: ${compactProblem}`])
  // The message leaves the value out: even an invalid one may be a secret.
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
