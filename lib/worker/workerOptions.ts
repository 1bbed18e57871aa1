import { checkOptionNames, checkOptionsObject, type OptionNames } from '../core/checkOptionNames.ts'
import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { MIN_SECRET_LENGTH } from '../core/rebuildSignature.ts'
import type { ContentMessage } from '../messages/contentMessage.ts'
import type { InvalidationMode, InvalidationPlan } from '../messages/invalidationPlan.ts'
import { checkRedisTarget } from '../redis/connection/checkRedisTarget.ts'
import type { RedisTarget } from '../redis/connection/redisClient.ts'
import { DEFAULT_CHANNEL, REBUILD_DEBOUNCE_MS } from '../redis/protocol.gen.ts'
import type { KeyPrefixes } from '../redis/redisKeys.ts'
import { checkRedisStoreOptions } from '../redis/redisStoreOptions.ts'
import type { WorkerListener } from './workerEvent.ts'

/** Work that `onMessage` adds to a message. */
export interface AdditionalWork {
  /** Objects to expire or refresh, in the mode of the message. */
  readonly objects?: readonly string[]
  /** Routes to rebuild, such as `/feed.xml`. */
  readonly routes?: readonly string[]
}

/** Options of `createWorker`. */
export interface WorkerOptions extends KeyPrefixes {
  /** A URL, ioredis options, or an ioredis client whose settings are copied. */
  readonly redis: RedisTarget
  /** URL of the site, such as `http://localhost:3000`, followed by Next's `basePath` if it has one. */
  readonly site: string
  /** The same as the site's `rebuildSecret`, at least 16 characters. Without it readers may wait for fills. */
  readonly secret?: string | undefined
  /** Default `content`. */
  readonly channel?: string
  /** Routes that are rebuilt at the same time. Default 4. */
  readonly concurrency?: number
  /**
   * Milliseconds from the first change until a route is rebuilt. Further changes in this time need no rebuild of their own,
   * and do not prolong it. Default 50.
   */
  readonly debounce?: number
  /** Minimum milliseconds between the end of a rebuild and the next rebuild of the same route. Default 1,000. */
  readonly minInterval?: number
  /** Milliseconds that a rebuild may take, and also one call of `onMessage`. Default 30,000. */
  readonly timeout?: number
  /** Attempts after which a route is given up. Default 8. */
  readonly maxAttempts?: number
  /** Milliseconds before the second attempt. Each further delay is twice as long, at most a minute. Default 500. */
  readonly retryDelay?: number
  /** Milliseconds after which a worker takes over a message that another has read but not handled. Default 10,000. */
  readonly claimIdleAfter?: number
  /** Applied to the fragments of all messages. Default: the mode that belongs to the action of each message. */
  readonly mode?: InvalidationMode
  /**
   * Called with each message before it is handled. May return additional work. A failure is reported as an event, and does
   * not stop the message.
   */
  readonly onMessage?: (
    message: ContentMessage,
    plan: InvalidationPlan,
  ) => AdditionalWork | undefined | Promise<AdditionalWork | undefined>
  /** Called with each event. Must be quick. */
  readonly onEvent?: WorkerListener
}

const OPTION_NAMES = {
  redis: true,
  site: true,
  secret: true,
  namespace: true,
  objectPrefix: true,
  reversePrefix: true,
  channel: true,
  concurrency: true,
  debounce: true,
  minInterval: true,
  timeout: true,
  maxAttempts: true,
  retryDelay: true,
  claimIdleAfter: true,
  mode: true,
  onMessage: true,
  onEvent: true,
} satisfies OptionNames<WorkerOptions>

export interface CheckedOptions
  extends Required<Omit<WorkerOptions, OptionalName>>,
    Pick<WorkerOptions, OptionalName> {}
type OptionalName = 'secret' | 'mode' | 'onMessage' | 'onEvent' | keyof KeyPrefixes

/** Defaults of the options that are numbers. */
export const WORKER_DEFAULTS = {
  concurrency: 4,
  debounce: REBUILD_DEBOUNCE_MS,
  minInterval: 1_000,
  timeout: 30_000,
  maxAttempts: 8,
  retryDelay: 500,
  claimIdleAfter: 10_000,
}

/** The units of these options, as errors name them. */
const UNITS: Record<keyof typeof WORKER_DEFAULTS, string> = {
  concurrency: 'routes',
  debounce: 'milliseconds',
  minInterval: 'milliseconds',
  timeout: 'milliseconds',
  maxAttempts: 'attempts',
  retryDelay: 'milliseconds',
  claimIdleAfter: 'milliseconds',
}

const MAX_NUMBER = 2 ** 31 - 1

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function checkWorkerOptions(options: WorkerOptions): CheckedOptions {
  checkOptionsObject(
    'createWorker',
    options,
    "{ redis: 'redis://localhost:6379', site: 'http://localhost:3000' }",
  )
  checkOptionNames(options, OPTION_NAMES)
  const { secret, channel = DEFAULT_CHANNEL, mode, redis } = options
  checkRedisStoreOptions({ ...pickPrefixes(options), channel })
  checkRedisTarget('redis', redis)
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < MIN_SECRET_LENGTH))
    throw createOptionError('secret', `must be a string of at least ${MIN_SECRET_LENGTH} characters`)
  if (mode !== undefined && mode !== 'expire' && mode !== 'refresh')
    throw createOptionError('mode', `must be 'expire' or 'refresh', but is ${formatValue(mode)}`)
  const numbers = { ...WORKER_DEFAULTS }
  for (const name of Object.keys(WORKER_DEFAULTS) as (keyof typeof WORKER_DEFAULTS)[]) {
    const value = options[name] ?? WORKER_DEFAULTS[name]
    const minimum = name === 'debounce' || name === 'minInterval' ? 0 : 1
    if (!Number.isSafeInteger(value) || value < minimum || value > MAX_NUMBER)
      throw createOptionError(
        name,
        `must be a whole number of ${UNITS[name]} from ${minimum} to ${MAX_NUMBER.toLocaleString('en-US')}, but is ${formatValue(value)}`,
      )
    numbers[name] = value
  }
  return { ...options, ...numbers, channel, site: parseSite(options.site) }
}

export function pickPrefixes({ namespace, objectPrefix, reversePrefix }: KeyPrefixes): KeyPrefixes {
  return {
    ...(namespace !== undefined && { namespace }),
    ...(objectPrefix !== undefined && { objectPrefix }),
    ...(reversePrefix !== undefined && { reversePrefix }),
  }
}

function parseSite(site: unknown): string {
  const reason = getSiteError(site)
  if (reason !== undefined) throw createOptionError('site', reason)
  return new URL(site as string).href.replace(/\/$/, '')
}

/** Returns why a value is not the URL of a site, or undefined if it is. Omits the value, which may contain a password. */
export function getSiteError(site: unknown): string | undefined {
  const url = typeof site === 'string' && URL.canParse(site) ? new URL(site) : undefined
  const isSite =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    !url.search &&
    !url.hash &&
    !url.username &&
    !url.password
  return isSite ? undefined : 'must be the URL of the site, such as http://localhost:3000'
}

function createOptionError(name: string, reason: string) {
  return createContentCacheError('CC_INVALID_OPTIONS', [name, reason])
}
