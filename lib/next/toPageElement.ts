import { createElement, type ReactNode } from 'react'
import { type CompactTree, isCompactTree } from '../react/compaction/compactTree.ts'
import { WELL_FORMED } from '../react/compaction/isPlainElement.ts'
import { keepLeadingNewline, keepLeadingNewlineInParts } from '../react/compaction/keepLeadingNewline.ts'
import { reassembleTree } from '../react/compaction/reassembleTree.ts'
import { StaticFragment } from './client/StaticFragment.ts'
import type { Output } from './decodedTree.ts'
import type { HintCall } from './internals/flightHints.ts'
import { isDocumentRequest, isPprResume } from './internals/isDocumentRequest.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { registerHtmlSource } from './readDocumentHtml.ts'
import { getCurrentRequestScope, getRequestScope } from './requestScope.ts'

registerHtmlSource((id) => getCurrentRequestScope()?.documentHtml.consume(id))

/** What the page around gets of a fragment. */
export function toPageElement(
  output: Output,
  hints: readonly HintCall[] | undefined,
  { request, unit }: RenderContext,
): ReactNode {
  const hintProps = hints && { hints }
  if (!isCompactTree(output))
    return createElement(StaticFragment, hintProps ?? null, keepLeadingNewline(output))
  const { shape, slots, html, htmlHashes } = withNewline(output)
  if (!isDocumentRequest(unit))
    return createElement(StaticFragment, { shape, slots, html, htmlHashes, ...hintProps })
  const fromDocument = getRequestScope(request).documentHtml.add(html)
  return createElement(StaticFragment, {
    shape,
    slots,
    htmlHashes,
    ...hintProps,
    ...fromDocument,
    ...(isPprResume(unit) && { isPprResume: true }),
  })
}

/** Once for each entry that is decoded: React knows a shape by its identity. */
const treesWithNewline = new WeakMap<CompactTree, CompactTree>()

function withNewline(form: CompactTree): CompactTree {
  let changed = treesWithNewline.get(form)
  if (changed === undefined) {
    changed = keepLeadingNewlineInParts(form)
    treesWithNewline.set(form, changed)
  }
  return changed
}

/** What a fragment around gets, or a page that wants it as it is: elements, and no more of this library's. */
export function toPlainElements(output: Output): ReactNode {
  if (!isCompactTree(output)) return output
  const { html } = output
  return reassembleTree(output, (index) => ({
    dangerouslySetInnerHTML: { __html: html[index], ...WELL_FORMED },
  }))
}
