import { createElement, type ReactNode } from 'react'
import { haveBehaviour } from '../react/compaction/behaviours.ts'
import { type CompactTree, isCompactTree } from '../react/compaction/compactTree.ts'
import { keepLeadingNewline, keepLeadingNewlineInParts } from '../react/compaction/keepLeadingNewline.ts'
import { toBareElements } from '../react/compaction/toBareElements.ts'
import { FragmentOutput } from './client/FragmentOutput.ts'
import type { Output } from './decodedTree.ts'
import type { HintCall } from './internals/hintCollector.ts'
import { isDocumentRequest, isPprResume } from './internals/isDocumentRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { getRequestScope } from './requestScope.ts'

/** The element that shows a fragment in a page. */
export function toPageElement(
  output: Output,
  hints: readonly HintCall[] | undefined,
  { work, unit }: RenderContext,
): ReactNode {
  const hintProps = hints && { hints }
  if (!isCompactTree(output))
    return createElement(FragmentOutput, hintProps ?? null, keepLeadingNewline(output))
  const { shape, slots, html, htmlHashes, behaviours } = keepLeadingNewlinesOnce(output)
  const behaviourProps = behaviours.some(haveBehaviour) && { behaviours: behaviours.join('|') }
  if (!isDocumentRequest(unit))
    return createElement(FragmentOutput, { shape, slots, html, htmlHashes, ...behaviourProps, ...hintProps })
  const fromDocument = getRequestScope(work).documentHtml.add(html)
  return createElement(FragmentOutput, {
    shape,
    slots,
    htmlHashes,
    ...behaviourProps,
    ...hintProps,
    ...fromDocument,
    ...(isPprResume(unit) && { isPprResume: true }),
  })
}

/** One result for each decoded tree, because React recognises a shape by its identity. */
const treesWithNewline = new WeakMap<CompactTree, CompactTree>()

function keepLeadingNewlinesOnce(tree: CompactTree): CompactTree {
  let treeWithNewline = treesWithNewline.get(tree)
  if (treeWithNewline === undefined) {
    treeWithNewline = keepLeadingNewlineInParts(tree)
    treesWithNewline.set(tree, treeWithNewline)
  }
  return treeWithNewline
}

/** The elements of a fragment without a component of this library, for a page that does not want it compact. */
export function toElements(output: Output): ReactNode {
  return isCompactTree(output) ? toBareElements(output) : output
}
