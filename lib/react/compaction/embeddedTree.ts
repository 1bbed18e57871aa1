import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import type { KeyPath } from '../keyPath.ts'
import type { CompactTree } from './compactTree.ts'

interface EmbeddedTreeProps {
  readonly tree: CompactTree
  /** The keys of the server components between the tree and the element around it. */
  readonly keys: KeyPath
}

/** The trees that the current call of React's HTML renderer has met, and the element that it writes in their place. */
let collector: { readonly trees: CompactTree[]; readonly placeholder: ReactNode } | undefined

/** Stands for a compact tree inside of another tree. Its HTML is put in without being parsed or rendered again. */
function EmbeddedTree({ tree }: EmbeddedTreeProps): ReactNode {
  collector?.trees.push(tree)
  return collector?.placeholder
}

export function createEmbeddedTree(tree: CompactTree, keys: KeyPath): ReactElement<EmbeddedTreeProps> {
  return jsx(EmbeddedTree, { tree, keys }) as ReactElement<EmbeddedTreeProps>
}

export function isEmbeddedTree(node: unknown): node is ReactElement<EmbeddedTreeProps> {
  return isValidElement(node) && node.type === EmbeddedTree
}

/**
 * Calls React's HTML renderer, which writes `placeholder` in place of each embedded tree.
 *
 * @returns the trees in the order of the HTML
 */
export function collectEmbeddedTrees<T>(
  placeholder: ReactNode,
  render: () => T,
): { readonly result: T; readonly trees: readonly CompactTree[] } {
  const before = collector
  const trees: CompactTree[] = []
  collector = { trees, placeholder }
  try {
    return { result: render(), trees }
  } finally {
    collector = before
  }
}
