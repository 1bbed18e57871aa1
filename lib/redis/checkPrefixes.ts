import { contentCacheError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import { type KeyPrefixes, redisKeys } from './keys.ts'

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
      throw contentCacheError('CC_INVALID_OPTIONS', [
        name,
        `must be a text that is not empty, but is ${show(value)}`,
      ])
  }
  const keys = redisKeys(prefixes)
  const { objectPrefix, reversePrefix, fragmentPrefix, ...own } = keys
  // Whoever keeps to a default is told of what he has set.
  const named = (name: 'objectPrefix' | 'reversePrefix', otherwise: keyof KeyPrefixes) =>
    keys[name] === redisKeys({})[name] ? otherwise : name
  if (overlap(objectPrefix, reversePrefix)) {
    throw contentCacheError('CC_INVALID_OPTIONS', [
      named('reversePrefix', 'objectPrefix'),
      `must be such that neither prefix begins with the other, but they are ${show(objectPrefix)} and ${show(reversePrefix)}`,
    ])
  }
  const families = [fragmentPrefix, keys.lease('')]
  const single = Object.values(own).filter((key) => typeof key === 'string')
  for (const name of ['objectPrefix', 'reversePrefix'] as const) {
    const prefix = keys[name]
    const isOwn =
      families.some((family) => overlap(family, prefix)) || single.some((key) => key.startsWith(prefix))
    if (!isOwn) continue
    throw contentCacheError('CC_INVALID_OPTIONS', [
      named(name, 'namespace'),
      `must keep apart the store's own keys, such as ${show(keys.clock)}, and those that begin with ${show(prefix)}`,
    ])
  }
}

function overlap(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a)
}
