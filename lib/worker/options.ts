import type { ContentMessage } from '../broadcast/message.ts'
import type { How, Plan } from '../broadcast/plan.ts'
import { contentCacheError } from '../core/errors.ts'
import { SHORTEST_SECRET } from '../core/rebuildSignature.ts'
import { show } from '../core/show.ts'
import type { RedisTarget } from '../redis/connection.ts'
import type { KeyPrefixes } from '../redis/keys.ts'
import { checkOptions, DEFAULT_CHANNEL } from '../redis/redisStoreOptions.ts'
import type { WorkerListener } from './events.ts'
import type { FurtherWork } from './furtherWork.ts'

export interface WorkerOptions extends KeyPrefixes {
  /** URL, ioredis options, or a client whose settings are taken. */
  readonly redis: RedisTarget
  /** Where the site is, such as `http://localhost:3000`; with Next's `basePath` behind it, where there is one. */
  readonly site: string
  /** The same as the site's `rebuildSecret`, at least 16 characters. Without it readers may wait for rebuilds. */
  readonly secret?: string | undefined
  /** Default `content`. */
  readonly channel?: string
  /** Routes that are rebuilt at a time. Default 4. */
  readonly concurrency?: number
  /** Milliseconds for which changes are collected before a route is rebuilt. Default 50. */
  readonly coalesce?: number
  /** Milliseconds, at least, from the end of a rebuild to the next of the same route. Default 1,000. */
  readonly interval?: number
  /** Milliseconds that a rebuild may take, and `onMessage` with each message. Default 30,000. */
  readonly timeout?: number
  /** Attempts after which a route is given up. Default 8. */
  readonly attempts?: number
  /** Milliseconds before the second attempt; each further one waits twice as long, at most a minute. Default 500. */
  readonly pause?: number
  /** Milliseconds after which a message that another worker has read, but not dealt with, is taken over. Default 10,000. */
  readonly claimAfter?: number
  /** What is done to fragments, whatever the action. Default: what the action asks for. */
  readonly how?: How
  /**
   * Called with each message before anything is done; may ask for more. Its failure is reported, and keeps nothing
   * from what the message itself asks for.
   */
  readonly onMessage?: (
    message: ContentMessage,
    plan: Plan,
  ) => FurtherWork | undefined | Promise<FurtherWork | undefined>
  /** Called with all that happens; must be quick. */
  readonly onEvent?: WorkerListener
}

export interface CheckedOptions extends Required<Omit<WorkerOptions, Unset>>, Pick<WorkerOptions, Unset> {}
type Unset = 'secret' | 'how' | 'onMessage' | 'onEvent' | keyof KeyPrefixes

const DEFAULTS = {
  concurrency: 4,
  coalesce: 50,
  interval: 1_000,
  timeout: 30_000,
  attempts: 8,
  pause: 500,
  claimAfter: 10_000,
}

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function checkWorkerOptions(options: WorkerOptions): CheckedOptions {
  const { secret, channel = DEFAULT_CHANNEL, how, redis } = options
  checkOptions({ ...prefixesOf(options), channel })
  if (redis === undefined || redis === null || redis === '') throw invalid('redis', 'must say where Redis is')
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < SHORTEST_SECRET))
    throw invalid('secret', `must be a string of at least ${SHORTEST_SECRET} characters`)
  if (how !== undefined && how !== 'expire' && how !== 'refresh')
    throw invalid('how', `must be 'expire' or 'refresh', but is ${show(how)}`)
  const numbers = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name] ?? DEFAULTS[name]
    const least = name === 'coalesce' || name === 'interval' ? 0 : 1
    if (!Number.isSafeInteger(value) || value < least || value > 2 ** 31 - 1)
      throw invalid(name, `must be a whole number from ${least} on, but is ${show(value)}`)
    numbers[name] = value
  }
  return { ...options, ...numbers, channel, site: siteOf(options.site) }
}

export function prefixesOf({ namespace, objectPrefix, reversePrefix }: KeyPrefixes): KeyPrefixes {
  return {
    ...(namespace !== undefined && { namespace }),
    ...(objectPrefix !== undefined && { objectPrefix }),
    ...(reversePrefix !== undefined && { reversePrefix }),
  }
}

function siteOf(site: unknown): string {
  const fault = siteFault(site)
  if (fault !== undefined) throw invalid('site', fault)
  return new URL(site as string).href.replace(/\/$/, '')
}

/** Why it does not say where a site is; nothing where it does. What was given is not shown: there may be a password in it. */
export function siteFault(site: unknown): string | undefined {
  const url = typeof site === 'string' && URL.canParse(site) ? new URL(site) : undefined
  const isSite =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    !url.search &&
    !url.hash &&
    !url.username &&
    !url.password
  return isSite ? undefined : 'must say where the site is, such as http://localhost:3000'
}

function invalid(name: string, why: string) {
  return contentCacheError('CC_INVALID_OPTIONS', [name, why])
}
