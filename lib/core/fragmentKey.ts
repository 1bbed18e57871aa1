import { createHash } from 'node:crypto'
import { createContentCacheError } from './errors.ts'
import { formatValue } from './formatValue.ts'
import { MAX_NAME_LENGTH } from './protocol.gen.ts'
import { InvalidKeyError, serializeKey } from './serializeKey.ts'

const MAX_READABLE_LENGTH = 300

export interface FragmentIdentity {
  readonly name: string
  readonly vary?: unknown
  /** The version of the output: the id of a build, or the user's own `version`. */
  readonly version: string
}

/**
 * Creates the key of a fragment, injective in (name, vary, version). Keys of up to {@link MAX_READABLE_LENGTH} characters
 * are readable, for people who inspect the store. Longer ones are hashed (SHA-256).
 *
 * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VERSION or CC_INVALID_VARY.
 * @example createFragmentKey({ name: 'section', vary: ['national', 'en'], version: 'b7' })
 * // '"section"@"b7"["national","en"]'
 */
export function createFragmentKey({ name, vary, version }: FragmentIdentity): string {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH)
    throw createContentCacheError('CC_INVALID_NAME', [formatValue(name)])
  if (typeof version !== 'string' || version === '')
    throw createContentCacheError('CC_INVALID_VERSION', [name, formatValue(version)])
  if (vary !== undefined && (typeof vary !== 'object' || vary === null))
    throw createContentCacheError('CC_INVALID_VARY', [
      name,
      `${formatValue(vary)} is neither an array nor a record`,
    ])
  const readable = `${serializeKey(name)}@${serializeKey(version)}${serializeVary(name, vary)}`
  if (readable.length <= MAX_READABLE_LENGTH) return readable
  // '@' follows the name in the readable form and '#' in the hashed one, so the two forms never collide.
  return `${serializeKey(name)}#${createHash('sha256').update(readable).digest('base64url')}`
}

function serializeVary(name: string, vary: unknown): string {
  try {
    return vary === undefined ? '' : serializeKey(vary)
  } catch (error) {
    if (error instanceof InvalidKeyError)
      throw createContentCacheError('CC_INVALID_VARY', [name, error.message])
    throw createContentCacheError('CC_INVALID_VARY', [name, 'reading it threw an error'], { cause: error })
  }
}
