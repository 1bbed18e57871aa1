import type { CompactTree } from '../compaction/compactTree.ts'
import { HASH_LENGTH, hashHtml } from '../compaction/hashHtml.ts'
import { ID_TOKEN_PREFIX } from './idToken.ts'

/** A compact fragment whose tokens were renamed: marks are made of HTML, so those of other HTML are others. */
export function rehashCompactTree(form: CompactTree): CompactTree {
  const htmlHashes = form.html.map((html, index) => {
    if (html.includes(ID_TOKEN_PREFIX)) return hashHtml(html)
    return form.htmlHashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
  })
  return { ...form, htmlHashes: htmlHashes.join('') }
}
