import { type Command, Option } from 'commander'
import { readNamespace, readSecret, readVariable } from '../core/environment.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { isRedisUrl, REDIS_URL_FORM } from '../redis/isRedisUrl.ts'
import { DEFAULT_OBJECT_PREFIX, DEFAULT_REVERSE_PREFIX } from '../redis/protocol.gen.ts'
import { createRedisKeys, type KeyPrefixes, type RedisKeys } from '../redis/redisKeys.ts'
import { checkOptions } from '../redis/redisStoreOptions.ts'
import { type Address, parseAddress } from './address.ts'
import { CliError } from './cliError.ts'
import type { Terminal } from './terminal.ts'

/** As commander parses what {@link addTargetOptions} declares. */
export interface TargetOptions {
  readonly redis?: string
  readonly namespace?: string
  readonly objectPrefix: string
  readonly reversePrefix: string
  readonly secretEnv?: string
  readonly json?: boolean
}

/** Which cache a command is about. */
export interface Target {
  readonly address: Address
  readonly prefixes: Required<KeyPrefixes>
  readonly keys: RedisKeys
  readonly secret: string | undefined
}

/** Declares what every command takes. */
export function addTargetOptions(command: Command): Command {
  return (
    command
      // Not commander's defaults: help would print the value, with its password.
      .option('--redis <url>', 'where Redis is (default: $CONTENT_CACHE_REDIS_URL)')
      .option('--namespace <name>', 'namespace of the site (default: $CONTENT_CACHE_NAMESPACE, or "cc")')
      .addOption(
        new Option('--object-prefix <prefix>', 'of the sets of objects').default(DEFAULT_OBJECT_PREFIX),
      )
      .addOption(
        new Option('--reverse-prefix <prefix>', 'of the sets of caches').default(DEFAULT_REVERSE_PREFIX),
      )
      .option(
        '--secret-env <variable>',
        'environment variable with the secret that seals entries (default: CONTENT_CACHE_SECRET)',
      )
      .option('--json', 'print one JSON document')
  )
}

/** @throws {CliError} usage; {ContentCacheTypeError} CC_INVALID_OPTIONS; {ContentCacheError} CC_INVALID_ENVIRONMENT */
export function resolveTarget(options: TargetOptions, env: Terminal['env']): Target {
  // The text is not shown, for it may hold a password.
  const isUrl = (value: string) => (isRedisUrl(value) ? undefined : REDIS_URL_FORM)
  const url = options.redis || readVariable(env, 'CONTENT_CACHE_REDIS_URL', isUrl)
  if (!url) {
    throw new CliError(
      'usage',
      'Say where Redis is: --redis redis://localhost:6379, or set CONTENT_CACHE_REDIS_URL.',
    )
  }
  const namespace = options.namespace ?? readNamespace(env) ?? DEFAULT_NAMESPACE
  const { objectPrefix, reversePrefix } = options
  const prefixes = { namespace, objectPrefix, reversePrefix }
  // An empty one would make every key of the server one of ours.
  if (Object.values(prefixes).includes(''))
    throw new CliError('usage', 'Namespace and prefixes must not be empty.')
  const secret = resolveSecret(options, env)
  // As the site's own store does: what it would not take is not what the site has, and with some names a repair
  // could take one key for another.
  checkOptions(prefixes)
  return { address: parseAddress(url), prefixes, keys: createRedisKeys(prefixes), secret }
}

function resolveSecret({ secretEnv }: TargetOptions, env: Terminal['env']): string | undefined {
  if (secretEnv !== undefined && !env[secretEnv]) {
    throw new CliError('usage', `The environment variable ${secretEnv} is not set.`)
  }
  return readSecret(env, secretEnv)
}
