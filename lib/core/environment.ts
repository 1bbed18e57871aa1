import { createContentCacheError } from './errors.ts'
import { formatValue } from './formatValue.ts'
import { MEBIBYTE } from './mebibyte.ts'
import { MAX_NAME_LENGTH } from './protocol.gen.ts'
import { MIN_SECRET_LENGTH } from './rebuildSignature.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Returns the fault of a value, as a text that follows the name of its variable, or nothing for a valid value. */
type ValueValidator = (value: string) => string | undefined

/**
 * The value of a variable. An empty one counts as not set, as in `.env` files and compose files.
 *
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT
 */
export function readVariable(env: Environment, name: string, validate: ValueValidator): string | undefined {
  const value = env[name]
  if (value === undefined || value === '') return undefined
  const reason = validate(value)
  if (reason !== undefined) throw createContentCacheError('CC_INVALID_ENVIRONMENT', [name, reason])
  return value
}

export const readNamespace = (env: Environment) =>
  readVariable(env, 'CONTENT_CACHE_NAMESPACE', validateNamespace)

export const readChannel = (env: Environment) => readVariable(env, 'CONTENT_CACHE_CHANNEL', validateName)

export function readConsistency(env: Environment): 'strict' | 'eventual' | undefined {
  const value = readVariable(env, 'CONTENT_CACHE_CONSISTENCY', (value) =>
    value === 'strict' || value === 'eventual'
      ? undefined
      : `must be \`strict\` or \`eventual\`, but is ${formatValue(value)}`,
  )
  return value as 'strict' | 'eventual' | undefined
}

/** @returns bytes that entries may take in the memory of the process */
export function readMemory(env: Environment): number | undefined {
  const value = readVariable(env, 'CONTENT_CACHE_MEMORY_MB', (value) =>
    /^[1-9]\d{0,6}$/.test(value)
      ? undefined
      : `must be a whole number of mebibytes, such as \`128\`, but is ${formatValue(value)}`,
  )
  return value === undefined ? undefined : Number(value) * MEBIBYTE
}

export function readSecret(env: Environment, name = 'CONTENT_CACHE_SECRET'): string | undefined {
  return readVariable(env, name, validateSecret)
}

export function readRebuildSecret(env: Environment): string | undefined {
  return readSecret(env, 'CONTENT_CACHE_REBUILD_SECRET') ?? readSecret(env)
}

/** The error omits the value, because even a short one may be a secret. */
const validateSecret: ValueValidator = (value) =>
  value.length < MIN_SECRET_LENGTH ? `must have at least ${MIN_SECRET_LENGTH} characters` : undefined

/** All processes must use the same name, so an invisible difference would separate them without an error. */
const validateName: ValueValidator = (value) => {
  // U+FFFD replaces bytes that are not UTF-8.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffd]/u.test(value))
    return `must not hold control characters or invisible ones, but is ${formatValue(value)}`
  if (value.trim() !== value) return `must not begin or end with white space, but is ${formatValue(value)}`
  if (/^(["']).*\1$/.test(value))
    return `has quotes around it that are part of the value: ${formatValue(value)}`
  if (value.length > MAX_NAME_LENGTH) return `must have at most ${MAX_NAME_LENGTH} characters`
  return undefined
}

/** Refused with every store, because a site that begins with the memory of its process may get a Redis later. */
const validateNamespace: ValueValidator = (value) =>
  validateName(value) ??
  (RESERVED_NAMESPACE.test(value)
    ? `must not produce keys that look like keys of the index, as \`obj\` and \`sobj\` do, but is ${formatValue(value)}`
    : undefined)

/** A namespace whose keys begin with a default prefix of the index in Redis, `obj:` or `sobj:`. */
const RESERVED_NAMESPACE = /^s?obj(:|$)/
