import { fileURLToPath } from 'node:url'
import { checkOptionNames, checkOptionsObject, type OptionNames } from '../core/checkOptionNames.ts'
import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'

/** Options of `withContentCache`. */
export interface ContentCacheConfigOptions {
  /** Keeps pages, route handlers, `fetch` and `unstable_cache` (`cacheHandler`). Default `true`. */
  readonly pages?: boolean
  /** Keeps the results of `'use cache'` and `'use cache: remote'` (`cacheHandlers`). Default `true`. */
  readonly useCache?: boolean
}

const OPTION_NAMES = { pages: true, useCache: true } satisfies OptionNames<ContentCacheConfigOptions>

/** The settings of Next that `withContentCache` makes. */
interface CacheSettings {
  cacheHandler?: string | undefined
  cacheHandlers?: Record<string, string | undefined> | undefined
  cacheMaxMemorySize?: number | undefined
}

/**
 * Keeps all that Next caches in the store of this library: Redis where `CONTENT_CACHE_REDIS_URL` is set, else the memory
 * of the process. Then `expireObj`, `updateTag`, `revalidateTag` and `revalidatePath` reach fragments, pages and
 * `'use cache'` results of all instances at once.
 *
 * `next dev` keeps Next's own caches.
 *
 * @param nextConfig the configuration, or a function that returns it
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example // next.config.mjs
 * import { withContentCache } from 'react-cache-content/config'
 * export default withContentCache({ cacheComponents: true })
 */
export function withContentCache<Config>(
  nextConfig: Config,
  options: ContentCacheConfigOptions = {},
): Config {
  checkOptionsObject('withContentCache', options, '{ useCache: false }')
  checkOptionNames(options, OPTION_NAMES)
  for (const name of ['pages', 'useCache'] as const) {
    const value: unknown = options[name]
    if (value !== undefined && typeof value !== 'boolean')
      throw createContentCacheError('CC_INVALID_OPTIONS', [
        name,
        `must be true or false, but is ${formatValue(value)}`,
      ])
  }
  if (typeof nextConfig !== 'function') return addHandlers(nextConfig, options)
  const create = nextConfig as unknown as (...args: unknown[]) => unknown
  return (async (...args: unknown[]) => addHandlers(await create(...args), options)) as Config
}

function addHandlers<Config>(
  nextConfig: Config,
  { pages = true, useCache = true }: ContentCacheConfigOptions,
): Config {
  if (process.env.NODE_ENV === 'development') return nextConfig
  const config = (nextConfig ?? {}) as CacheSettings
  const settings: CacheSettings = {
    ...(pages && { cacheHandler: getPath('cacheHandler') }),
    // Copies of Next would not follow the expiries of other processes. Next's own caches need the memory.
    ...(pages && useCache && { cacheMaxMemorySize: 0 }),
    ...(useCache && {
      cacheHandlers: {
        ...config.cacheHandlers,
        default: getPath('useCacheHandler'),
        remote: getPath('useCacheHandler'),
      },
    }),
  }
  return { ...config, ...settings } as Config
}

function getPath(entry: string): string {
  return fileURLToPath(new URL(`./${entry}.js`, import.meta.url))
}
