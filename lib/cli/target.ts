import { type Command, Option } from 'commander'
import { readNamespace, readSecret, readVariable } from '../core/environment.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { isRedisUrl, REDIS_URL_FORM } from '../redis/connection/isRedisUrl.ts'
import { DEFAULT_OBJECT_PREFIX, DEFAULT_REVERSE_PREFIX } from '../redis/protocol.gen.ts'
import { createRedisKeys, type KeyPrefixes, type RedisKeys } from '../redis/redisKeys.ts'
import { checkRedisStoreOptions } from '../redis/redisStoreOptions.ts'
import { type Address, parseAddress } from './address.ts'
import { CliError } from './cliError.ts'
import type { Terminal } from './terminal.ts'

/** The parsed options that {@link addTargetOptions} declares. */
export interface TargetOptions {
  readonly redis?: string
  readonly namespace?: string
  readonly objectPrefix: string
  readonly reversePrefix: string
  readonly secretEnv?: string
  readonly json?: boolean
}

/** The cache that a command operates on. */
export interface Target {
  readonly address: Address
  readonly prefixes: Required<KeyPrefixes>
  readonly keys: RedisKeys
  readonly secret: string | undefined
}

/** Declares the options that all commands share. */
export function addTargetOptions(command: Command): Command {
  return (
    command
      // Not declared as commander defaults: the help would print the value with its password.
      .option('--redis <url>', 'URL of Redis, or path of its socket (default: $CONTENT_CACHE_REDIS_URL)')
      .option('--namespace <name>', 'namespace of the site (default: $CONTENT_CACHE_NAMESPACE, or "cc")')
      .addOption(
        new Option('--object-prefix <prefix>', 'key prefix of object sets').default(DEFAULT_OBJECT_PREFIX),
      )
      .addOption(
        new Option('--reverse-prefix <prefix>', 'key prefix of cache sets').default(DEFAULT_REVERSE_PREFIX),
      )
      .option(
        '--secret-env <variable>',
        'environment variable with the secret that signs entries (default: CONTENT_CACHE_SECRET)',
      )
      .option('--json', 'print the result as JSON')
  )
}

/** @throws {CliError} usage; {ContentCacheTypeError} CC_INVALID_OPTIONS; {ContentCacheError} CC_INVALID_ENVIRONMENT */
export function resolveTarget(options: TargetOptions, env: Terminal['env']): Target {
  // The value is not part of the error, because it may contain a password.
  const isUrl = (value: string) => (isRedisUrl(value) ? undefined : REDIS_URL_FORM)
  const url = options.redis || readVariable(env, 'CONTENT_CACHE_REDIS_URL', isUrl)
  if (!url) {
    throw new CliError(
      'usage',
      'No Redis URL given. Pass --redis redis://localhost:6379, or set CONTENT_CACHE_REDIS_URL.',
    )
  }
  const namespace = options.namespace ?? readNamespace(env) ?? DEFAULT_NAMESPACE
  const { objectPrefix, reversePrefix } = options
  const prefixes = { namespace, objectPrefix, reversePrefix }
  // With an empty prefix every key on the server would count as one of this cache.
  if (Object.values(prefixes).includes(''))
    throw new CliError('usage', 'The namespace and the prefixes must not be empty.')
  const secret = resolveSecret(options, env)
  // The same check as in the site's store. The site cannot use values that fail it, and with colliding prefixes a
  // repair could remove keys of another kind.
  checkRedisStoreOptions(prefixes)
  return { address: parseAddress(url), prefixes, keys: createRedisKeys(prefixes), secret }
}

function resolveSecret({ secretEnv }: TargetOptions, env: Terminal['env']): string | undefined {
  if (secretEnv !== undefined && !env[secretEnv]) {
    throw new CliError('usage', `The environment variable ${secretEnv} is not set.`)
  }
  return readSecret(env, secretEnv)
}
