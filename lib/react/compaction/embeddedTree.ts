import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import { defineGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import type { KeyPath } from '../keyPath.ts'
import { markKeysValidated } from '../reactInternals.ts'
import type { CompactTree } from './compactTree.ts'

interface EmbeddedTreeProps {
  readonly tree: CompactTree
  /** The keys of the server components between the tree and the element around it. */
  readonly keys: KeyPath
}

/** The trees that the current call of React's HTML renderer has met, and the element that it writes in their place. */
interface Collector {
  readonly trees: CompactTree[]
  readonly placeholder: ReactNode
}

/** All bundles share it, because one of them renders the trees of all. */
const getCollection = defineGlobalSingleton(
  'embeddedTrees',
  (): { collector?: Collector | undefined } => ({}),
)

/** Stands for a compact tree inside of another tree. Its HTML is put in without being parsed or rendered again. */
function EmbeddedTree({ tree }: EmbeddedTreeProps): ReactNode {
  // React separates the texts before and after it only if there is nothing between them.
  if (isEmpty(tree)) return null
  const { collector } = getCollection()
  if (collector === undefined) throw new Error('An embedded tree was rendered without its collector.')
  collector.trees.push(tree)
  return collector.placeholder
}

/** Whether the HTML of a tree, which may not be rendered yet, is empty. */
function isEmpty({ plainTags }: CompactTree): boolean {
  return plainTags?.atRoot.length === 0
}

export function createEmbeddedTree(tree: CompactTree, keys: KeyPath): ReactElement<EmbeddedTreeProps> {
  // It takes the place of a fragment, whose key React has checked.
  return markKeysValidated(jsx(EmbeddedTree, { tree, keys }) as ReactElement<EmbeddedTreeProps>)
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
  const collection = getCollection()
  const before = collection.collector
  const trees: CompactTree[] = []
  collection.collector = { trees, placeholder }
  try {
    return { result: render(), trees }
  } finally {
    collection.collector = before
  }
}
