'use client'

import { useRouter } from 'next/navigation.js'
import { type ReactNode, useEffect, useMemo } from 'react'
import { assemble } from '../../react/compaction/assemble.ts'
import { MARK_LENGTH } from '../../react/compaction/mark.ts'
import type { Shape } from '../../react/compaction/shape.ts'
import { documentHtml } from '../documentHtml.ts'
import type { LateHtml } from '../htmlOfDocument.ts'
import { arrived } from './arrived.ts'
import { type HtmlInPage, htmlInPage } from './htmlInPage.ts'
import { loadAhead } from './loadAhead.ts'
import { refreshed } from './refreshed.ts'
import { useIsHydrating } from './useIsHydrating.ts'

/** What is in a fragment: compact, or of a miss the children as they stream. */
export interface StaticPartsProps {
  readonly children?: ReactNode
  readonly shape?: Shape
  readonly holes?: readonly ReactNode[]
  readonly marks?: string
  /** What is plain, in the order of the shape. */
  readonly html?: readonly string[]
  /** In its place: where the server has it for the time of the request. The browser has it in the page. */
  readonly id?: string
  /** What the page does not show, by id. */
  readonly late?: Promise<LateHtml>
  /** What the browser is to load ahead: calls of React's `preload()` and its like in the fragment. */
  readonly hints?: readonly (readonly [code: string, ...args: readonly unknown[]])[]
  /** The document began with a stored shell, which may show an older state than the data that came with it. */
  readonly resumed?: boolean | undefined
}

/**
 * A fragment, compact or not: the one component around both, so that what is inside keeps its state when a
 * fragment that was rendered is a hit the next time.
 */
export function StaticParts(props: StaticPartsProps): ReactNode {
  const { children, shape, holes, html, id, marks, late, resumed, hints } = props
  const hydrating = useIsHydrating()
  const router = useRouter()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once shown it stays as it is until it changes
  const built = useMemo(() => shape && build(props, shape, html, hydrating), [shape, holes, html, id, marks])
  useMemo(() => hints && loadAhead(hints), [hints])
  const expected = resumed ? built?.inPage : undefined
  useEffect(() => {
    if (expected === undefined || late === undefined || id === undefined) return
    // What this document was not given to show, its shell has shown.
    const correct = (brought: LateHtml) => {
      for (const [index, text] of (brought[id] ?? []).entries()) expected[index]?.correct(text)
    }
    late.then(correct, () => {})
  }, [expected, late, id])
  if (shape === undefined || built === undefined) return children
  if (!built.lost) return built.node
  const brought = late && id !== undefined ? arrived(late)?.[id] : undefined
  // Shapes may be those of other fragments, too.
  if (brought === undefined) throw refreshed(router, holes ?? shape)
  return build(props, shape, brought, hydrating).node
}

function build(
  { holes = [], id, marks = '' }: StaticPartsProps,
  shape: Shape,
  html: readonly string[] | undefined,
  hydrating: boolean,
) {
  if (typeof window === 'undefined') {
    const strings = html ?? documentHtml(id)
    return { node: assemble({ shape, holes }, (index) => asHtml(strings[index])), lost: false, inPage: [] }
  }
  const shown: (HtmlInPage | undefined)[] = []
  let lost = false
  const node = assemble({ shape, holes }, (index, tag) => {
    const mark = marks.slice(index * MARK_LENGTH, (index + 1) * MARK_LENGTH)
    const text = html?.[index]
    const inPage = htmlInPage(tag, mark, text === undefined)
    shown.push(inPage)
    if (inPage === undefined) return asHtml(text)
    // While React hydrates it asks for no HTML; whenever it mounts an element it does.
    if (hydrating || inPage.find()) return inPage.props
    if (text === undefined) lost = true
    return asHtml(text)
  })
  return { node, lost, inPage: shown }
}

function asHtml(text: string | undefined) {
  return { dangerouslySetInnerHTML: { __html: text ?? '' } }
}
