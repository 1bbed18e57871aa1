import { createElement, type ReactNode } from 'react'
import { assemble } from '../react/compaction/assemble.ts'
import { type Compact, isCompact } from '../react/compaction/compact.ts'
import { keepNewline, keepNewlineInParts } from '../react/compaction/leadingNewline.ts'
import { WELL_FORMED } from '../react/compaction/plainElements.ts'
import { StaticParts } from './client/StaticParts.ts'
import type { Output } from './decoded.ts'
import { serveDocumentHtml } from './documentHtml.ts'
import { isDocumentRequest, isResumed } from './internals/documentRequest.ts'
import type { HintCall } from './internals/flightHints.ts'
import type { Situation } from './internals/situation.ts'
import { currentRequestScope, requestScope } from './requestScope.ts'

serveDocumentHtml((id) => currentRequestScope()?.html.take(id))

/** What the page around gets of a fragment. */
export function presented(
  output: Output,
  hints: readonly HintCall[] | undefined,
  { workStore, unit }: Situation,
): ReactNode {
  const ahead = hints && { hints }
  if (!isCompact(output)) return createElement(StaticParts, ahead ?? null, keepNewline(output))
  const { shape, holes, html, marks } = withNewline(output)
  if (!isDocumentRequest(unit)) return createElement(StaticParts, { shape, holes, html, marks, ...ahead })
  const fromDocument = requestScope(workStore).html.add(html)
  return createElement(StaticParts, {
    shape,
    holes,
    marks,
    ...ahead,
    ...fromDocument,
    ...(isResumed(unit) && { resumed: true }),
  })
}

/** Once for each entry that is decoded: React knows a shape by its identity. */
const withNewlines = new WeakMap<Compact, Compact>()

function withNewline(form: Compact): Compact {
  let kept = withNewlines.get(form)
  if (kept === undefined) {
    kept = keepNewlineInParts(form)
    withNewlines.set(form, kept)
  }
  return kept
}

/** What a fragment around gets, or a page that wants it as it is: elements, and no more of this library's. */
export function asElements(output: Output): ReactNode {
  if (!isCompact(output)) return output
  const { html } = output
  return assemble(output, (index) => ({
    dangerouslySetInnerHTML: { __html: html[index], ...WELL_FORMED },
  }))
}
