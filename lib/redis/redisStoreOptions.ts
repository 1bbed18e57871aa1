import { checkNumberOption, MILLISECONDS, RETENTION_SECONDS } from '../core/checkNumberOption.ts'
import { checkOptionNames, checkOptionsObject, isObject, type OptionNames } from '../core/checkOptionNames.ts'
import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { MEBIBYTE } from '../core/mebibyte.ts'
import { RETENTION_MS } from '../core/protocol.gen.ts'
import { MIN_SECRET_LENGTH } from '../core/rebuildSignature.ts'
import { checkPrefixes } from './checkPrefixes.ts'
import type { LocalCacheOptions } from './localCache/localCache.ts'
import {
  COMMAND_TIMEOUT_MS,
  DEFAULT_CHANNEL,
  MAX_ENTRY_AGE_MS,
  MAX_ENTRY_BYTES,
  MEMBERS_PER_CALL,
} from './protocol.gen.ts'
import type { KeyPrefixes } from './redisKeys.ts'

/** Options of `redisStore`. */
export interface RedisStoreOptions extends KeyPrefixes {
  /**
   * Milliseconds without a reply of Redis after which a command counts as failed and the page renders uncached. While
   * earlier commands are answered, a command has up to four times as long. Default 250.
   */
  readonly timeout?: number
  /**
   * Seconds after which Redis removes any entry: its hard lifetime. The `ttl` of a fragment is shorter, and decides when
   * the entry is stale. Default 30 days, at most 10 years.
   */
  readonly maxAge?: number
  /**
   * Seconds for which expiries are kept, and so the longest that a fill may take. Default 10 minutes, at most a day.
   */
  readonly retention?: number
  /** Bytes of the largest entry that is stored. Default 8 MiB. */
  readonly maxEntryBytes?: number
  /**
   * Signs entries, so that other programs with write access to Redis cannot insert markup. Must be the same in every
   * process.
   */
  readonly secret?: string | undefined
  /** Replicas that must have an expiry before it counts as done. Default 0: Redis may lose it in a fail-over. */
  readonly waitReplicas?: number
  /**
   * Copies in this process: how many bytes they may take (default 32 MiB), and for how many milliseconds without an
   * answer from Redis they are served (default 1000). `false` for no copies.
   */
  readonly local?: { readonly maxBytes?: number; readonly maxStalenessMs?: number } | false
  /**
   * `strict` asks Redis once per request for expiries that have not reached this process's copies yet, at the cost of one
   * small round trip. Default `eventual`: copies follow within milliseconds.
   */
  readonly consistency?: 'strict' | 'eventual'
  /** Channel on which `publishContent` publishes changes. Default `content`. */
  readonly channel?: string
  /** About how many set members one batch of an expiry may touch. Default 150. */
  readonly batchSize?: number
}

const OPTION_NAMES = {
  namespace: true,
  objectPrefix: true,
  reversePrefix: true,
  timeout: true,
  maxAge: true,
  retention: true,
  maxEntryBytes: true,
  secret: true,
  waitReplicas: true,
  local: true,
  consistency: true,
  channel: true,
  batchSize: true,
} satisfies OptionNames<RedisStoreOptions>

type LocalOptions = Exclude<RedisStoreOptions['local'], false | undefined>

const LOCAL_OPTION_NAMES = { maxBytes: true, maxStalenessMs: true } satisfies OptionNames<LocalOptions>

const MAX_AGE_SECONDS = { unit: 'seconds', max: 10 * 365 * 86_400, maxDuration: '10 years' }

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function checkRedisStoreOptions(options: RedisStoreOptions): void {
  checkOptionsObject('redisStore', options, "{ namespace: 'shop' }")
  checkOptionNames(options, OPTION_NAMES)
  checkPrefixes(options)
  checkNumberOption('timeout', options.timeout, MILLISECONDS)
  checkNumberOption('maxAge', options.maxAge, MAX_AGE_SECONDS)
  checkNumberOption('retention', options.retention, RETENTION_SECONDS)
  checkNumberOption('maxEntryBytes', options.maxEntryBytes, { unit: 'bytes' })
  checkNumberOption('batchSize', options.batchSize, { unit: 'set members', isWhole: true })
  if (options.local !== undefined && options.local !== false) checkLocalOptions(options.local)
  const { waitReplicas = 0, secret, consistency = 'eventual', channel = DEFAULT_CHANNEL } = options
  if (typeof channel !== 'string' || channel === '')
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'channel',
      `must be a non-empty string, but is ${formatValue(channel)}`,
    ])
  if (consistency !== 'eventual' && consistency !== 'strict')
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'consistency',
      `must be 'strict' or 'eventual', but is ${formatValue(consistency)}`,
    ])
  if (!Number.isSafeInteger(waitReplicas) || waitReplicas < 0)
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'waitReplicas',
      `must be a whole number of replicas, 0 or more, but is ${formatValue(waitReplicas)}`,
    ])
  // The value is not shown, because even a wrong value may be a secret.
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < MIN_SECRET_LENGTH))
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'secret',
      `must be a string of at least ${MIN_SECRET_LENGTH} characters`,
    ])
}

function checkLocalOptions(local: LocalOptions): void {
  if (!isObject(local))
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'local',
      `must be false or an object such as { maxBytes: 32 * 1024 * 1024 }, but is ${formatValue(local)}`,
    ])
  checkOptionNames(local, LOCAL_OPTION_NAMES, 'local.')
  checkNumberOption('local.maxBytes', local.maxBytes, { unit: 'bytes', isWhole: true })
  checkNumberOption('local.maxStalenessMs', local.maxStalenessMs, MILLISECONDS)
}

/** The options of a store with their defaults. */
export interface RedisStoreSettings {
  readonly timeout: number
  readonly maxAgeMs: number
  readonly retentionMs: number
  readonly maxEntryBytes: number
  readonly waitReplicas: number
  readonly batchSize: number
  readonly channel: string
  readonly secret: string | undefined
  /**
   * Milliseconds without an answer from Redis after which this process's copies are not served: see `isLive` in
   * localCache.ts.
   */
  readonly maxStalenessMs: number
  /** Undefined when this process keeps no copies. */
  readonly local: LocalCacheOptions | undefined
}

export function applyDefaults(options: RedisStoreOptions): RedisStoreSettings {
  const { local = {}, consistency, secret } = options
  const { maxAge = MAX_ENTRY_AGE_MS / 1000, retention = RETENTION_MS / 1000 } = options
  return {
    timeout: options.timeout ?? COMMAND_TIMEOUT_MS,
    maxAgeMs: maxAge * 1000,
    retentionMs: retention * 1000,
    maxEntryBytes: options.maxEntryBytes ?? MAX_ENTRY_BYTES,
    waitReplicas: options.waitReplicas ?? 0,
    batchSize: options.batchSize ?? MEMBERS_PER_CALL,
    channel: options.channel ?? DEFAULT_CHANNEL,
    secret,
    maxStalenessMs: local ? (local.maxStalenessMs ?? 1000) : 1000,
    local: local
      ? { maxBytes: local.maxBytes ?? 32 * MEBIBYTE, strict: consistency === 'strict' }
      : undefined,
  }
}
