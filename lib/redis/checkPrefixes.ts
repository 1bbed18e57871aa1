import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { createRedisKeys, type KeyPrefixes, listReservedKeys } from './redisKeys.ts'

/**
 * Ensures that keys of different kinds never collide, whatever the names of objects and fragments. For example, with the
 * namespace `obj` the set of the object `clock` would be the store's own clock. Spaces and `*` are harmless, because
 * names are escaped in patterns.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 */
export function checkPrefixes(prefixes: KeyPrefixes): void {
  for (const name of ['namespace', 'objectPrefix', 'reversePrefix'] as const) {
    const value: unknown = prefixes[name]
    // With an empty prefix every key of the server would belong to the store.
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw createContentCacheError('CC_INVALID_OPTIONS', [
        name,
        `must be a non-empty string, but is ${formatValue(value)}`,
      ])
  }
  const keys = createRedisKeys(prefixes)
  const { objectPrefix, reversePrefix } = keys
  // The error names an option that was set, not one that has its default.
  const blamedOption = (name: 'objectPrefix' | 'reversePrefix', fallback: keyof KeyPrefixes) =>
    keys[name] === createRedisKeys({})[name] ? fallback : name
  if (isOverlapping(objectPrefix, reversePrefix)) {
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      blamedOption('reversePrefix', 'objectPrefix'),
      `must not begin with the other prefix, and the other must not begin with it: they are ${formatValue(objectPrefix)} and ${formatValue(reversePrefix)}`,
    ])
  }
  const { families, fixedKeys } = listReservedKeys(prefixes.namespace)
  for (const name of ['objectPrefix', 'reversePrefix'] as const) {
    const prefix = keys[name]
    const isReserved =
      families.some((family) => isOverlapping(family, prefix)) ||
      fixedKeys.some((key) => key.startsWith(prefix))
    if (!isReserved) continue
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      blamedOption(name, 'namespace'),
      `must keep the store's own keys, such as ${formatValue(keys.clock)}, apart from keys that begin with ${formatValue(prefix)}`,
    ])
  }
}

function isOverlapping(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a)
}
