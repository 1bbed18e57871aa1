import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { createRedisKeys, type KeyPrefixes, listReservedKeys } from './redisKeys.ts'

/**
 * Sees that no key of one kind can be taken for one of another, whatever objects and fragments are called: with
 * the namespace `obj`, the object `clock` would be in the place of the store's own clock. Space and `*` do no
 * harm: Redis takes names as they are, and where it takes patterns they are escaped.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 */
export function checkPrefixes(prefixes: KeyPrefixes): void {
  for (const name of ['namespace', 'objectPrefix', 'reversePrefix'] as const) {
    const value: unknown = prefixes[name]
    // With none, every key of the server would be one of ours.
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw createContentCacheError('CC_INVALID_OPTIONS', [
        name,
        `must be a text that is not empty, but is ${formatValue(value)}`,
      ])
  }
  const keys = createRedisKeys(prefixes)
  const { objectPrefix, reversePrefix } = keys
  // Whoever keeps to a default is told of what he has set.
  const blamedOption = (name: 'objectPrefix' | 'reversePrefix', fallback: keyof KeyPrefixes) =>
    keys[name] === createRedisKeys({})[name] ? fallback : name
  if (isOverlapping(objectPrefix, reversePrefix)) {
    throw createContentCacheError('CC_INVALID_OPTIONS', [
      blamedOption('reversePrefix', 'objectPrefix'),
      `must be such that neither prefix begins with the other, but they are ${formatValue(objectPrefix)} and ${formatValue(reversePrefix)}`,
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
      `must keep apart the store's own keys, such as ${formatValue(keys.clock)}, and those that begin with ${formatValue(prefix)}`,
    ])
  }
}

function isOverlapping(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a)
}
