import type { ReactNode } from 'react'
import type { CompactTree } from './compactTree.ts'
import { WELL_FORMED } from './isPlainElement.ts'
import { reassembleTree } from './reassembleTree.ts'

/** Returns the elements of a compact tree, without a component of this library. */
export function toBareElements(tree: CompactTree): ReactNode {
  const { html } = tree
  return reassembleTree(tree, (index) => ({
    dangerouslySetInnerHTML: { __html: html[index], ...WELL_FORMED },
  }))
}
