import { isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx } from 'react/jsx-runtime'
import type { CompactTree } from '../compaction/compactTree.ts'
import type { TokenRenamer } from '../ids/renameIdTokens.ts'

/** The output of a fragment, for the fragment around it. */
export interface NestedContent {
  /** For React, also while the fragment is rendered. */
  readonly live: ReactNode
  /** Returns the complete output as a compact tree, or nothing when there is none. */
  getCompactTree(): CompactTree | undefined
  /** Whether the output may contain ids that the fragment has made. */
  mayHaveIds(): boolean
}

/** A fragment in its place inside another one. */
export interface PlacedFragment {
  readonly content: NestedContent
  /** Gives the ids inside their names in this place. */
  readonly rename: TokenRenamer
  readonly renameTree: (tree: ReactNode, rename: TokenRenamer) => ReactNode
}

/** In development, React sends the props of each component to the browser, for its tools. It leaves out symbols. */
const PLACED: unique symbol = Symbol('placed')

interface NestedFragmentProps {
  readonly [PLACED]: PlacedFragment
}

/** Shows a fragment inside another one. A fill takes its compact tree instead. */
export function NestedFragment({ [PLACED]: placed }: NestedFragmentProps): ReactNode {
  const { content, rename, renameTree } = placed
  return renameTree(content.live, rename)
}

export function createNestedFragment(placed: PlacedFragment): ReactElement {
  return jsx(NestedFragment, { [PLACED]: placed })
}

/** Returns the fragment that a node of this library shows. */
export function getPlacedFragment(node: unknown): PlacedFragment | undefined {
  return isValidElement<NestedFragmentProps>(node) && node.type === NestedFragment
    ? node.props[PLACED]
    : undefined
}
