/** Every Redis key that this library uses, in one place. */
export interface RedisKeys {
  /** The entry of a fragment. Its full name is what `obj:` sets hold. */
  fragment(key: string): string
  /** The fragment key in a full name; nothing for a cache that somebody else wrote. */
  fragmentIn(full: string): string | undefined
  /** Set of the full names of every cache that shows the object, whoever wrote it. */
  object(key: string): string
  objectIn(full: string): string
  /** Set of the `obj:` keys that the cache of this full name is in. */
  reverse(full: string): string
  lease(key: string): string
  /** Counts expiries. */
  readonly clock: string
  /** Changes when the history of expiries was lost. */
  readonly epoch: string
  /** Sorted set: object to the clock of its last expiry. */
  readonly fence: string
  /** Stream of expiries. */
  readonly log: string
  /** Sorted set: full name of a cache to the time it is gone, in milliseconds. */
  readonly due: string
  /** Channel that tells when a lease ended. */
  readonly settled: string
  /** Stream of what was published. */
  readonly messages: string
  /** Sorted set: route to the time it is due for rebuilding, in milliseconds. */
  readonly rebuild: string
  /** Sorted set: route to the time until which a worker has it. */
  readonly rebuilding: string
  /** Sorted set: route to the time at which it was rebuilt of late. */
  readonly rebuilt: string
  /** Hash: route to the number of rebuilds that failed in a row. */
  readonly failures: string
  /** Hash: route to the number of times in a row that a site could not store what it rendered. */
  readonly again: string
  /** List of what a worker gave up, the latest first. */
  readonly dead: string
  /** What all entries' names begin with. */
  readonly fragmentPrefix: string
  readonly objectPrefix: string
  readonly reversePrefix: string
}

export interface KeyPrefixes {
  /** Separates sites on one Redis. Default `cc`. */
  readonly namespace?: string
  /** As the other programs on this Redis have it. Default `obj:`. */
  readonly objectPrefix?: string
  /** Default `sobj:`. */
  readonly reversePrefix?: string
}

/** What the packages for Django and Rails in `clients/` begin the names of their fragments with, behind a namespace. */
const CLIENT_FRAGMENTS = ['django:', 'rails:']

/**
 * The namespaces of which a name would be one of the store's own keys, or a fragment of a client, if there are such
 * namespaces: they may have any name.
 *
 * @example namespacesOwning('a:1:log') // ['a:1']
 */
export function namespacesOwning(full: string): string[] {
  const namespaces = OWN_NAMES.filter((name) => full.endsWith(name)).map((name) =>
    full.slice(0, -name.length),
  )
  for (const family of OWN_FAMILIES) {
    for (let at = full.indexOf(family); at >= 0; at = full.indexOf(family, at + 1))
      namespaces.push(full.slice(0, at))
  }
  return [...new Set(namespaces)].filter((namespace) => namespace !== '')
}

export function redisKeys({
  namespace = 'cc',
  objectPrefix = 'obj:',
  reversePrefix = 'sobj:',
}: KeyPrefixes): RedisKeys {
  const own = (name: string) => `${namespace}:${name}`
  const fragmentPrefix = own('frag:')
  return {
    fragment: (key) => fragmentPrefix + key,
    fragmentIn: (full) => (full.startsWith(fragmentPrefix) ? full.slice(fragmentPrefix.length) : undefined),
    object: (key) => objectPrefix + key,
    objectIn: (full) => full.slice(objectPrefix.length),
    reverse: (full) => reversePrefix + full,
    lease: (key) => own(`lease:${key}`),
    clock: own('clock'),
    epoch: own('epoch'),
    fence: own('fence'),
    log: own('log'),
    due: own('due'),
    settled: own('settled'),
    messages: own('messages'),
    rebuild: own('rebuild'),
    rebuilding: own('rebuilding'),
    rebuilt: own('rebuilt'),
    failures: own('failures'),
    again: own('again'),
    dead: own('dead'),
    fragmentPrefix,
    objectPrefix,
    reversePrefix,
  }
}

/** Of the table above: what single keys of a namespace end with, and what families of them have behind it. */
const {
  objectPrefix: _objects,
  reversePrefix: _reverses,
  fragmentPrefix,
  ...table
} = redisKeys({ namespace: '' })
const OWN_NAMES = Object.values(table).filter((key) => typeof key === 'string')
const OWN_FAMILIES = [fragmentPrefix, table.lease(''), ...CLIENT_FRAGMENTS.map((name) => `:${name}`)]
