import { createHash } from 'node:crypto'
import { contentCacheError } from './errors.ts'
import { keyText, NotAKey } from './keyText.ts'
import { show } from './show.ts'

const MAX_NAME = 200
const MAX_READABLE = 300

export interface FragmentIdentity {
  readonly name: string
  readonly vary?: unknown
  /** What the entry's format of output belongs to: a build, or what the user calls a version. */
  readonly version: string
}

/**
 * The key of a fragment. Injective in (name, vary, version); readable while short, so that a person who
 * looks into the store sees what is there, and hashed (SHA-256) beyond {@link MAX_READABLE} characters.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_NAME, CC_INVALID_VERSION or CC_INVALID_VARY.
 * @example fragmentKey({ name: 'section', vary: ['national', 'en'], version: 'b7' })
 * // '"section"@"b7"["national","en"]'
 */
export function fragmentKey({ name, vary, version }: FragmentIdentity): string {
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME)
    throw contentCacheError('CC_INVALID_NAME', [show(name)])
  if (typeof version !== 'string' || version === '')
    throw contentCacheError('CC_INVALID_VERSION', [name, show(version)])
  if (vary !== undefined && (typeof vary !== 'object' || vary === null))
    throw contentCacheError('CC_INVALID_VARY', [name, `${show(vary)} is neither an array nor a record`])
  const readable = `${keyText(name)}@${keyText(version)}${varyText(name, vary)}`
  if (readable.length <= MAX_READABLE) return readable
  // After the name comes '@' in the one form and '#' in the other: the two can never meet.
  return `${keyText(name)}#${createHash('sha256').update(readable).digest('base64url')}`
}

function varyText(name: string, vary: unknown): string {
  try {
    return vary === undefined ? '' : keyText(vary)
  } catch (error) {
    if (error instanceof NotAKey) throw contentCacheError('CC_INVALID_VARY', [name, error.message])
    throw contentCacheError('CC_INVALID_VARY', [name, 'reading it threw an error'], { cause: error })
  }
}
