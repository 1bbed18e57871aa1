import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import { DEFAULT_OBJECT_PREFIX, DEFAULT_REVERSE_PREFIX, FIXED_KEYS, KEY_FAMILIES } from './protocol.gen.ts'

/** Every Redis key that this library uses, in one place. */
export interface RedisKeys {
  /** The entry of a fragment. `obj:` sets hold this key. */
  fragment(key: string): string
  /** The fragment key in a Redis key; undefined for a cache that another program wrote. */
  parseFragmentKey(redisKey: string): string | undefined
  /** Set of the Redis keys of every cache that depends on the object, whichever program wrote it. */
  object(key: string): string
  parseObjectKey(redisKey: string): string
  /** Set of the `obj:` keys whose sets list the cache with this Redis key. */
  reverse(redisKey: string): string
  lease(key: string): string
  /** Counts expiries. */
  readonly clock: string
  /** Changes when the history of expiries was lost. */
  readonly epoch: string
  /** Sorted set: object to the clock of its last expiry. */
  readonly fence: string
  /** Stream of expiries. */
  readonly log: string
  /** Sorted set: Redis key of a cache to the time when its TTL ends, in milliseconds. */
  readonly due: string
  /** Sorted set: recorded object to the clock of its last expiry, for longer than the fence. */
  readonly paths: string
  /** Channel for the keys of leases that were released. */
  readonly leaseReleased: string
  /** Stream of published messages. */
  readonly messages: string
  /** Sorted set: route to the time it is due for rebuilding, in milliseconds. */
  readonly rebuildQueue: string
  /** Sorted set: route to the time at which a worker's claim on it ends. */
  readonly rebuildActive: string
  /** Sorted set: route to the time of its latest rebuild. */
  readonly rebuildRecent: string
  /** Hash: route to the number of rebuilds that failed in a row. */
  readonly rebuildFailures: string
  /** Hash: route to the number of times in a row that a site could not store its fragments. */
  readonly rebuildRequeues: string
  /** List of messages and routes that workers have given up, the latest first. */
  readonly deadLetters: string
  /** Prefix of the keys of all entries. */
  readonly fragmentPrefix: string
  /** Prefix of the keys of all leases. */
  readonly leasePrefix: string
  readonly objectPrefix: string
  readonly reversePrefix: string
}

/** How the names of Redis keys begin. */
export interface KeyPrefixes {
  /** Separates sites on one Redis. Default `cc`. */
  readonly namespace?: string
  /** Must be the same in every program on this Redis. Default `obj:`. */
  readonly objectPrefix?: string
  /** Default `sobj:`. */
  readonly reversePrefix?: string
}

/**
 * Returns the namespaces to which a Redis key would belong, as a key of the store or as a fragment of a client. They need
 * not be in use: a namespace may have any name.
 *
 * @example findOwningNamespaces('a:1:log') // ['a:1']
 */
export function findOwningNamespaces(redisKey: string): string[] {
  const namespaces = RESERVED_SUFFIXES.filter((name) => redisKey.endsWith(name)).map((name) =>
    redisKey.slice(0, -name.length),
  )
  for (const family of RESERVED_PREFIXES) {
    for (let at = redisKey.indexOf(family); at >= 0; at = redisKey.indexOf(family, at + 1))
      namespaces.push(redisKey.slice(0, at))
  }
  return [...new Set(namespaces)].filter((namespace) => namespace !== '')
}

export function createRedisKeys({
  namespace = DEFAULT_NAMESPACE,
  objectPrefix = DEFAULT_OBJECT_PREFIX,
  reversePrefix = DEFAULT_REVERSE_PREFIX,
}: KeyPrefixes): RedisKeys {
  const withNamespace = (name: string) => `${namespace}:${name}`
  const fixedKeys = Object.fromEntries(
    Object.entries(FIXED_KEYS).map(([name, key]) => [name, withNamespace(key)]),
  ) as Record<keyof typeof FIXED_KEYS, string>
  const fragmentPrefix = withNamespace(KEY_FAMILIES.fragment)
  const leasePrefix = withNamespace(KEY_FAMILIES.lease)
  return {
    fragment: (key) => fragmentPrefix + key,
    parseFragmentKey: (redisKey) =>
      redisKey.startsWith(fragmentPrefix) ? redisKey.slice(fragmentPrefix.length) : undefined,
    object: (key) => objectPrefix + key,
    parseObjectKey: (redisKey) => redisKey.slice(objectPrefix.length),
    reverse: (redisKey) => reversePrefix + redisKey,
    lease: (key) => leasePrefix + key,
    ...fixedKeys,
    fragmentPrefix,
    leasePrefix,
    objectPrefix,
    reversePrefix,
  }
}

/** Returns the keys of a namespace that no object or cache of another kind may have, whichever program uses them. */
export function listReservedKeys(namespace: string = DEFAULT_NAMESPACE): {
  readonly families: readonly string[]
  readonly fixedKeys: readonly string[]
} {
  const withNamespace = (name: string) => `${namespace}:${name}`
  return {
    families: Object.values(KEY_FAMILIES).map(withNamespace),
    fixedKeys: Object.values(FIXED_KEYS).map(withNamespace),
  }
}

/** Fragments may be exported to `Rails.cache`, so its family is not the store's own. */
const { railsCache: _railsCache, ...OWN_FAMILIES } = KEY_FAMILIES
const RESERVED_SUFFIXES = Object.values(FIXED_KEYS).map((name) => `:${name}`)
const RESERVED_PREFIXES = Object.values(OWN_FAMILIES).map((name) => `:${name}`)

/** Escapes a string so that the patterns of SCAN take it literally. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
