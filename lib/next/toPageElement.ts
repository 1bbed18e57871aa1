import { createElement, type ReactNode } from 'react'
import { haveBehaviour } from '../react/compaction/behaviours.ts'
import { type CompactTree, isCompactTree } from '../react/compaction/compactTree.ts'
import { type InlinedContents, inlineTexts } from '../react/compaction/inlineTexts.ts'
import { keepLeadingNewline, keepLeadingNewlineInParts } from '../react/compaction/keepLeadingNewline.ts'
import { toBareElements } from '../react/compaction/toBareElements.ts'
import { FragmentOutput } from './client/FragmentOutput.ts'
import type { Output } from './decodedTree.ts'
import type { HintCall } from './internals/hintCollector.ts'
import { inlineElements } from './internals/inlineElements.ts'
import { isDocumentRequest, isPprResume } from './internals/isDocumentRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { listPrerenderedSlots, type PrerenderedSlots } from './prerender/prerenderedSlots.ts'
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
  const { shape, slots, prerendered, behaviours, inlined } = preparePageTree(output)
  const { contents, html } = inlined
  const props = {
    shape,
    slots,
    contents,
    ...(behaviours.some(haveBehaviour) && { behaviours: behaviours.join('|') }),
    ...hintProps,
  }
  if (!isDocumentRequest(unit)) return createElement(FragmentOutput, { ...props, html })
  const isResume = isPprResume(unit)
  // A resume needs to know whether the document shows the fragment, or its stored shell does.
  if (html.length === 0 && prerendered === undefined && !isResume)
    return createElement(FragmentOutput, { ...props, html })
  const fromDocument = getRequestScope(work).documentHtml.add({ html, prerendered }, isResume)
  return createElement(FragmentOutput, { ...props, ...fromDocument, ...(isResume && { isPprResume: true }) })
}

interface PageTree extends Pick<CompactTree, 'shape' | 'slots' | 'behaviours'> {
  readonly prerendered: PrerenderedSlots | undefined
  readonly inlined: InlinedContents
}

/** One result for each decoded tree, because React recognises a shape by its identity. */
const pageTrees = new WeakMap<CompactTree, PageTree>()

function preparePageTree(output: CompactTree): PageTree {
  let pageTree = pageTrees.get(output)
  if (pageTree === undefined) {
    const tree = keepLeadingNewlineInParts(output)
    const { shape, behaviours, slots } = tree
    pageTree = {
      shape,
      slots: inlineElements(slots),
      prerendered: listPrerenderedSlots(slots),
      behaviours,
      inlined: inlineTexts(tree),
    }
    pageTrees.set(output, pageTree)
  }
  return pageTree
}

/** The elements of a fragment without a component of this library, for a page that does not want it compact. */
export function toElements(output: Output): ReactNode {
  return isCompactTree(output) ? toBareElements(output) : output
}
