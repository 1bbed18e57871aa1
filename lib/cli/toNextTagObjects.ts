import { CliError } from './cliError.ts'

/** The prefix of the object key of a tag of Next. */
const NEXT_TAG = 'next/tag:'
/** The beginning of the tags that Next derives from paths. */
const PATH_TAG = '_N_T_'
/** In characters. Next ignores longer ones. */
const MAX_TAG_LENGTH = 256
const MAX_PATH_LENGTH = 1024

/** Which tag of a path Next means: of what a `page.tsx` shows, or of all pages below a `layout.tsx`. */
export const PATH_TYPES = ['layout', 'page'] as const

export interface NextTagOptions {
  readonly tag?: readonly string[]
  readonly path?: readonly string[]
  readonly pathType?: (typeof PATH_TYPES)[number]
}

/**
 * The objects that `revalidateTag(tag)` and `revalidatePath(path, pathType)` expire.
 *
 * @throws {CliError} usage
 */
export function toNextTagObjects({ tag = [], path = [], pathType }: NextTagOptions): string[] {
  if (pathType !== undefined && path.length === 0)
    throw new CliError('usage', 'The option --path-type requires --path.')
  for (const name of tag) checkTag(name)
  for (const name of path) checkPath(name, pathType)
  const tags = [...tag, ...path.flatMap((name) => toPathTags(name, pathType))]
  // Next encodes tags since 16.4. Pages of earlier versions have them as they are.
  return [...new Set([...tags, ...tags.map(encodeTag)])].map((name) => NEXT_TAG + name)
}

function checkTag(tag: string): void {
  const refuse = (reason: string) => new CliError('usage', `The tag ${JSON.stringify(tag)} ${reason}`)
  if (tag === '') throw refuse('is empty.')
  if (tag.includes(',')) throw refuse('contains a comma. Pass --tag once for each tag.')
  if (tag.length > MAX_TAG_LENGTH)
    throw refuse(`has ${tag.length} characters. Next accepts at most ${MAX_TAG_LENGTH}.`)
}

function checkPath(path: string, pathType: NextTagOptions['pathType']): void {
  const refuse = (reason: string) => new CliError('usage', `The path ${JSON.stringify(path)} ${reason}`)
  if (!path.startsWith('/')) throw refuse('does not begin with "/". Pass it without the address of the site.')
  if (/[?#]/.test(path)) throw refuse('has a query or a fragment. A page has one path for all of them.')
  if (path.includes(',')) throw refuse('contains a comma. Pass --path once for each path.')
  if (path.length > MAX_PATH_LENGTH)
    throw refuse(`has ${path.length} characters. Next accepts at most ${MAX_PATH_LENGTH}.`)
  if (pathType === undefined && /\/\[[^/]+\](?=\/|$)/.test(path))
    throw refuse('is the pattern of a route. Add --path-type page or --path-type layout.')
}

/** As `revalidatePath` does. */
function toPathTags(path: string, pathType: NextTagOptions['pathType']): string[] {
  const base = path.replace(/(.)\/$/, '$1')
  if (pathType !== undefined) return [`${PATH_TAG}${base.endsWith('/') ? base : `${base}/`}${pathType}`]
  if (base === '/' || base === '/index') return [`${PATH_TAG}/`, `${PATH_TAG}/index`]
  return [PATH_TAG + base]
}

/** Tags are part of a header. Next encodes other characters than those of ASCII. */
function encodeTag(tag: string): string {
  // A tag that is no Unicode is refused with the other keys.
  if (/\p{Surrogate}/u.test(tag)) return tag
  return tag.replace(/[^\t\x20-\x7e]+/g, encodeURIComponent)
}
