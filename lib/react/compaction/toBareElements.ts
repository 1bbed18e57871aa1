import type { ReactNode } from 'react'
import type { CompactTree } from './compactTree.ts'
import { createElements } from './createElements.ts'
import { reassembleTree } from './reassembleTree.ts'

/** Returns the elements of a compact tree, without the component of this library that shows fragments. */
export function toBareElements(tree: CompactTree): ReactNode {
  return reassembleTree(tree, createElements(tree))
}
