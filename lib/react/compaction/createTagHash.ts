import { createHtmlHash, type HtmlHash } from './hashHtml.ts'

/** The hashes of tags: the fragments of a site mostly have the same few. */
const tagHashes = new Map<string, HtmlHash>()
const MAX_TAG_LENGTH = 100
const MAX_TAGS = 1_000

/** The same as {@link createHtmlHash}, for a start tag or an end tag. */
export function createTagHash(tag: string): HtmlHash {
  if (tag.length > MAX_TAG_LENGTH) return createHtmlHash(tag)
  const known = tagHashes.get(tag)
  if (known !== undefined) return known
  const hash = createHtmlHash(tag)
  if (tagHashes.size >= MAX_TAGS) tagHashes.clear()
  // A copy, because a piece of a longer text keeps all of the text in memory.
  tagHashes.set(Buffer.from(tag).toString(), hash)
  return hash
}
