import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { checkPrefixes } from './checkPrefixes.ts'
import { DEFAULT_CHANNEL } from './protocol.gen.ts'
import type { KeyPrefixes } from './redisKeys.ts'

export interface RedisStoreOptions extends KeyPrefixes {
  /** Milliseconds after which a command counts as failed and the page renders uncached. Default 250. */
  readonly timeout?: number
  /** Milliseconds until an entry is dropped even if nothing expires it. Default 30 days. */
  readonly maxAge?: number
  /** Milliseconds for which expiries are remembered, so the longest that a fill may take. Default 10 minutes. */
  readonly retention?: number
  /** Bytes of the largest entry that is stored. Default 8 MiB. */
  readonly maxEntryBytes?: number
  /** Seals entries, so that who can write to Redis cannot plant markup. The same in every process. */
  readonly secret?: string | undefined
  /** Replicas that must have an expiry before it counts as done. Default 0: Redis may lose it in a fail-over. */
  readonly waitReplicas?: number
  /**
   * Copies in this process, above Redis: how many bytes (default 32 MiB), and for how many milliseconds
   * without a word from Redis they are served (default 1000). `false` for none.
   */
  readonly local?: { readonly maxBytes?: number; readonly maxStaleness?: number } | false
  /**
   * `strict` asks Redis once per request whether an expiry is on its way to this process's copies, at the
   * cost of one small round trip. Default: copies follow within milliseconds.
   */
  readonly consistency?: 'strict' | 'eventual'
  /** Channel on which `publishContent` tells of changes. Default `content`. */
  readonly channel?: string
  /** How a batch of an expiry is bounded: about so many members of sets. Default 150. */
  readonly batchSize?: number
}

/** @throws {ContentCacheTypeError} CC_INVALID_OPTIONS */
export function checkOptions(options: RedisStoreOptions): void {
  checkPrefixes(options)
  for (const name of ['timeout', 'maxAge', 'retention', 'maxEntryBytes'] as const)
    checkAboveZero(name, options[name])
  checkAboveZero('batchSize', options.batchSize, 'whole')
  if (options.local) {
    checkAboveZero('local.maxBytes', options.local.maxBytes, 'whole')
    checkAboveZero('local.maxStaleness', options.local.maxStaleness)
  }
  const { waitReplicas = 0, secret, consistency = 'eventual', channel = DEFAULT_CHANNEL } = options
  if (typeof channel !== 'string' || channel === '')
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'channel',
      `must be a text that is not empty, but is ${formatValue(channel)}`,
    ])
  if (consistency !== 'eventual' && consistency !== 'strict')
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'consistency',
      `must be 'strict' or 'eventual', but is ${formatValue(consistency)}`,
    ])
  if (!Number.isSafeInteger(waitReplicas) || waitReplicas < 0)
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'waitReplicas',
      `must be a whole number, but is ${formatValue(waitReplicas)}`,
    ])
  // The value is not shown: it may be a secret all the same.
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 16))
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      'secret',
      'must be a string of at least 16 characters',
    ])
}

function checkAboveZero(name: string, value: unknown, kind?: 'whole'): void {
  if (value === undefined) return
  if (typeof value === 'number' && value > 0 && value < Infinity && (!kind || Number.isSafeInteger(value)))
    return
  const number = kind ? 'whole number' : 'number'
  throw createContentCacheError('CC_INVALID_OPTIONS', [
    name,
    `must be a ${number} above 0, but is ${formatValue(value)}`,
  ])
}

export function getMaxSilenceMs({ local }: RedisStoreOptions): number {
  return local ? (local.maxStaleness ?? 1000) : 1000
}
