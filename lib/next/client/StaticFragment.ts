'use client'

import { useRouter } from 'next/navigation.js'
import { type ReactNode, useEffect, useMemo } from 'react'
import { HASH_LENGTH } from '../../react/compaction/hashHtml.ts'
import { reassembleTree } from '../../react/compaction/reassembleTree.ts'
import type { Shape } from '../../react/compaction/shape.ts'
import { readPromise, useIsHydrating } from '../../react/reactClientInternals.ts'
import type { DeferredHtml } from '../documentHtml.ts'
import { readDocumentHtml } from '../readDocumentHtml.ts'
import { type DomHtml, getDomHtml } from './domHtml.ts'
import { loadAhead } from './loadAhead.ts'
import { suspendUntilRefresh } from './suspendUntilRefresh.ts'

/** What is in a fragment: compact, or of a miss the children as they stream. */
export interface StaticFragmentProps {
  readonly children?: ReactNode
  readonly shape?: Shape
  readonly slots?: readonly ReactNode[]
  readonly htmlHashes?: string
  /** What is plain, in the order of the shape. */
  readonly html?: readonly string[]
  /** In its place: where the server has it for the time of the request. The browser has it in the page. */
  readonly id?: string
  /** What the page does not show, by id. */
  readonly deferredHtml?: Promise<DeferredHtml>
  /** What the browser is to load ahead: calls of React's `preload()` and its like in the fragment. */
  readonly hints?: readonly (readonly [code: string, ...args: readonly unknown[]])[]
  /** The document began with a stored shell, which may show an older state than the data that came with it. */
  readonly isPprResume?: boolean | undefined
}

/**
 * A fragment, compact or not: the one component around both, so that what is inside keeps its state when a
 * fragment that was rendered is a hit the next time.
 */
export function StaticFragment(props: StaticFragmentProps): ReactNode {
  const { children, shape, slots, html, id, htmlHashes, deferredHtml, isPprResume, hints } = props
  const isHydrating = useIsHydrating()
  const router = useRouter()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once shown it stays as it is until it changes
  const built = useMemo(
    () => shape && buildNode(props, shape, html, isHydrating),
    [shape, slots, html, id, htmlHashes],
  )
  useMemo(() => hints && loadAhead(hints), [hints])
  const expected = isPprResume ? built?.domHtmls : undefined
  useEffect(() => {
    if (expected === undefined || deferredHtml === undefined || id === undefined) return
    // What this document was not given to show, its shell has shown.
    const overwriteAll = (lateHtml: DeferredHtml) => {
      for (const [index, text] of (lateHtml[id] ?? []).entries()) expected[index]?.overwrite(text)
    }
    deferredHtml.then(overwriteAll, () => {})
  }, [expected, deferredHtml, id])
  if (shape === undefined || built === undefined) return children
  if (!built.isMissing) return built.node
  const lateHtml = deferredHtml && id !== undefined ? readPromise(deferredHtml)?.[id] : undefined
  // Shapes may be those of other fragments, too.
  if (lateHtml === undefined) throw suspendUntilRefresh(router, slots ?? shape)
  return buildNode(props, shape, lateHtml, isHydrating).node
}

function buildNode(
  { slots = [], id, htmlHashes = '' }: StaticFragmentProps,
  shape: Shape,
  html: readonly string[] | undefined,
  isHydrating: boolean,
) {
  if (typeof window === 'undefined') {
    const strings = html ?? readDocumentHtml(id)
    return {
      node: reassembleTree({ shape, slots }, (index) => toHtmlProps(strings[index])),
      isMissing: false,
      domHtmls: [],
    }
  }
  const domHtmls: (DomHtml | undefined)[] = []
  let isMissing = false
  const node = reassembleTree({ shape, slots }, (index, tag) => {
    const hash = htmlHashes.slice(index * HASH_LENGTH, (index + 1) * HASH_LENGTH)
    const text = html?.[index]
    const domHtml = getDomHtml(tag, hash, text === undefined)
    domHtmls.push(domHtml)
    if (domHtml === undefined) return toHtmlProps(text)
    // While React hydrates it asks for no HTML; whenever it mounts an element it does.
    if (isHydrating || domHtml.isAvailable()) return domHtml.props
    if (text === undefined) isMissing = true
    return toHtmlProps(text)
  })
  return { node, isMissing, domHtmls }
}

function toHtmlProps(text: string | undefined) {
  return { dangerouslySetInnerHTML: { __html: text ?? '' } }
}
