import { isValidElement, type ReactElement, type ReactNode } from 'react'
import type { CompactTree } from '../compaction/compactTree.ts'
import { HASH_LENGTH, hashHtml } from '../compaction/hashHtml.ts'
import { withChildren } from '../compaction/withChildren.ts'
import { isPlainObject } from '../isPlainObject.ts'
import { ID_TOKEN_PREFIX } from './idToken.ts'
import type { TokenRenamer } from './renameIdTokens.ts'
import { renameIdTokensInText } from './renameIdTokensInText.ts'

/** Like `renameIdTokens`, for a tree that was never encoded. Renames in text, and in strings in props at any depth. */
export function renameIdTokensInTree(tree: ReactNode, rename: TokenRenamer): ReactNode {
  return renameNode(tree) as ReactNode

  function renameNode(node: unknown): unknown {
    if (typeof node === 'string') return renameIdTokensInText(node, rename)
    if (Array.isArray(node)) return node.map(renameNode)
    if (isValidElement<Record<string, unknown>>(node)) return renameElement(node)
    if (isPlainObject(node)) return renameRecord(node)
    return node
  }

  function renameElement({ type, key, props }: ReactElement<Record<string, unknown>>): ReactElement {
    const { children, ...others } = props
    const element = { type, key, props: renameRecord(others) } as ReactElement<Record<string, unknown>>
    return withChildren(element, renameNode(children))
  }

  function renameRecord(record: object): Record<string, unknown> {
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, renameNode(value)]))
  }
}

/** Computes the hashes of a compact fragment again after its tokens were renamed, which changes the HTML. */
export function rehashCompactTree(form: CompactTree): CompactTree {
  const htmlHashes = form.html.map((html, index) => {
    if (html.includes(ID_TOKEN_PREFIX)) return hashHtml(html)
    return form.htmlHashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
  })
  return { ...form, htmlHashes: htmlHashes.join(''), textHash: undefined }
}
