import type { CompactTree } from '../compaction/compactTree.ts'
import { HASH_LENGTH, hashHtml } from '../compaction/hashHtml.ts'
import { ID_TOKEN_PREFIX } from './idToken.ts'

/** Computes the hashes of a compact fragment again after its tokens were renamed, which changes the HTML. */
export function rehashCompactTree(form: CompactTree): CompactTree {
  const htmlHashes = form.html.map((html, index) => {
    if (html.includes(ID_TOKEN_PREFIX)) return hashHtml(html)
    return form.htmlHashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
  })
  return { ...form, htmlHashes: htmlHashes.join(''), textHash: undefined }
}
