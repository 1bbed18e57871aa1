import { checkOptionNames, checkOptionsObject, type OptionNames } from '../core/checkOptionNames.ts'
import { createEngine } from '../core/createEngine.ts'
import { expireAfter } from '../core/expireAfter.ts'
import type { FragmentStore } from '../core/fragmentStore.ts'
import { type ContentObject, getObjectKeys, type KeyOf } from '../core/getObjectKeys.ts'
import { inspectObjects } from '../core/inspectObjects.ts'
import { invalidateInStore } from '../core/invalidateInStore.ts'
import { publishContent } from '../messages/publishContent.ts'
import type { ClientExpireResult, ContentClient } from './contentClient.ts'
import { getDefaultStore } from './getDefaultStore.ts'

/**
 * Options of `createContentClient`.
 *
 * @typeParam T objects that `keyOf` maps to a key
 */
export interface ContentClientOptions<T = unknown> {
  /** Default: the store that the environment names. A store in memory belongs to this process alone. */
  readonly store?: FragmentStore
  /** Maps objects that carry no key to one, such as rows of an ORM. */
  readonly keyOf?: KeyOf<T>
}

const OPTION_NAMES = { store: true, keyOf: true } satisfies OptionNames<ContentClientOptions>

/**
 * Creates a client for a script or a worker. Next's prerendered pages follow its expiries through a store that
 * processes share (Redis). The client does not know how many pages follow, so `pagesRevalidated` is false. With a store
 * in memory, expire in a route handler instead.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT when the environment names the store
 * @example const { expireObj } = createContentClient({ keyOf: (row: Row) => `${row.table}:${row.id}` })
 */
export function createContentClient(
  options?: ContentClientOptions & { readonly keyOf?: undefined },
): ContentClient
export function createContentClient<T>(options: ContentClientOptions<T>): ContentClient<T>
export function createContentClient<T>(options: ContentClientOptions<T> = {}): ContentClient<T> {
  checkOptionsObject('createContentClient', options, '{ store: redisStore(url) }')
  checkOptionNames(options, OPTION_NAMES)
  const { store = getDefaultStore(), keyOf } = options
  const engine = createEngine(store)

  async function expireObj(obj: ContentObject<T>): Promise<ClientExpireResult> {
    const expired = await invalidateInStore(engine, getObjectKeys('expireObj', obj, keyOf), 'expire')
    return { expired, pagesRevalidated: false }
  }

  return {
    expireObj,
    expireAfter: (work, obj) => expireAfter(work, obj, expireObj),
    async refreshObj(obj) {
      const refreshed = await invalidateInStore(engine, getObjectKeys('refreshObj', obj, keyOf), 'refresh')
      return { refreshed, pagesRevalidated: false }
    },
    publishContent: async (obj, publication) =>
      publishContent(engine, getObjectKeys('publishContent', obj, keyOf), publication),
    inspectObj: async (obj) => inspectObjects(store, getObjectKeys('inspectObj', obj, keyOf)),
    onCacheEvent: engine.events.on,
  }
}
