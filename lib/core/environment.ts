import { contentCacheError } from './errors.ts'
import { SHORTEST_SECRET } from './rebuildSignature.ts'
import { show } from './show.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What is wrong with a value, to be read behind the name of its variable; nothing where it is right. */
type FaultOf = (value: string) => string | undefined

/**
 * The value of a variable. An empty one counts as not set, as in `.env` files and compose files.
 *
 * @throws {ContentCacheError} CC_INVALID_ENVIRONMENT
 */
export function readVariable(env: Environment, name: string, faultOf: FaultOf): string | undefined {
  const value = env[name]
  if (value === undefined || value === '') return undefined
  const fault = faultOf(value)
  if (fault !== undefined) throw contentCacheError('CC_INVALID_ENVIRONMENT', [name, fault])
  return value
}

export const namespaceFrom = (env: Environment) => readVariable(env, 'CONTENT_CACHE_NAMESPACE', nameFault)

export const channelFrom = (env: Environment) => readVariable(env, 'CONTENT_CACHE_CHANNEL', nameFault)

export function consistencyFrom(env: Environment): 'strict' | 'eventual' | undefined {
  const value = readVariable(env, 'CONTENT_CACHE_CONSISTENCY', (value) =>
    value === 'strict' || value === 'eventual'
      ? undefined
      : `must be \`strict\` or \`eventual\`, but is ${show(value)}`,
  )
  return value as 'strict' | 'eventual' | undefined
}

export function secretFrom(env: Environment, name = 'CONTENT_CACHE_SECRET'): string | undefined {
  return readVariable(env, name, secretFault)
}

export function rebuildSecretFrom(env: Environment): string | undefined {
  return secretFrom(env, 'CONTENT_CACHE_REBUILD_SECRET') ?? secretFrom(env)
}

/** The value is not shown: it may be a secret all the same. */
const secretFault: FaultOf = (value) =>
  value.length < SHORTEST_SECRET ? `must have at least ${SHORTEST_SECRET} characters` : undefined

const LONGEST_NAME = 200

/** Processes must agree on it, so a difference that cannot be seen would part them without a word. */
const nameFault: FaultOf = (value) => {
  // U+FFFD stands for what was not UTF-8.
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufffd]/u.test(value))
    return `must not hold control characters or invisible ones, but is ${show(value)}`
  if (value.trim() !== value) return `must not begin or end with white space, but is ${show(value)}`
  if (/^(["']).*\1$/.test(value)) return `has quotes around it that are part of the value: ${show(value)}`
  if (value.length > LONGEST_NAME) return `must have at most ${LONGEST_NAME} characters`
  return undefined
}
