import type { ReactNode } from 'react'
import { type CompactTree, isCompactTree } from '../react/compaction/compactTree.ts'
import { internShape } from '../react/compaction/shape.ts'
import { estimateTreeSize } from '../react/treeSize.ts'
import type { HintCall } from './internals/hintCollector.ts'
import type { UsedModules } from './internals/routeModules.ts'
import type { RenderedContent } from './renderedContent.ts'

export type Output = ReactNode | CompactTree

/** The output of a fragment, and its preload hints where they are known. */
export interface OutputWithHints {
  readonly output: Output
  readonly hints: readonly HintCall[] | undefined
  /** The content of a fragment that is still being rendered. */
  readonly content?: RenderedContent
  /** The stored bytes, for a fragment inside another one. */
  readonly payload?: Uint8Array
  /** The first reader uses up a part of the output. */
  readonly hasReadOnceValues?: boolean
}

/** The output of a payload for any number of requests. It keeps nothing of a request alive, unless a fill has made it. */
export interface DecodedTree {
  readonly result: { readonly value: OutputWithHints }
  /** Unknown if the tree was never decoded. Other routes then decode the payload. */
  readonly modules: UsedModules | undefined
  /** The routes that are known to have these modules. */
  readonly routes: Set<string>
  /** Estimated size. */
  readonly bytes: number
  /**
   * Whether the tree holds nothing but data, so that it keeps nothing of the async context alive in which it was
   * decoded.
   */
  readonly isDataOnly: boolean
}

export function createDecodedTree(
  { output, hints }: OutputWithHints,
  modules: UsedModules | undefined,
  route: string,
): DecodedTree {
  const value = {
    output: isCompactTree(output) ? { ...output, shape: internShape(output.shape) } : output,
    hints,
  }
  // The pieces of HTML share the memory of the text.
  const counted = isCompactTree(value.output) ? { ...value.output, html: [] } : value.output
  return {
    result: { value },
    modules,
    routes: new Set([route]),
    ...estimateTreeSize({ output: counted, hints }),
  }
}
