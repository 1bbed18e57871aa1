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

/** The output of a fragment: the parts of a compact tree, or the streaming children of a miss. */
export interface FragmentOutputProps {
  readonly children?: ReactNode
  readonly shape?: Shape
  readonly slots?: readonly ReactNode[]
  readonly htmlHashes?: string
  /** The HTML of the plain parts, in the order of the shape. */
  readonly html?: readonly string[]
  /**
   * Stands for `html`: the id under which the server has the HTML during the request. The browser has it in the page.
   */
  readonly id?: string
  /** HTML that the document does not show, by id. */
  readonly deferredHtml?: Promise<DeferredHtml>
  /** Calls of `preload()` and similar functions of React in the fragment, for the browser to load things ahead. */
  readonly hints?: readonly (readonly [code: string, ...args: readonly unknown[]])[]
  /** Whether the document began with a stored shell, which may show an older state than the data that came with it. */
  readonly isPprResume?: boolean | undefined
}

/**
 * Shows a fragment, compact or not. One component serves both, so that client components inside keep their state when a
 * miss becomes a hit.
 */
export function FragmentOutput(props: FragmentOutputProps): ReactNode {
  const { children, shape, slots, html, id, htmlHashes, deferredHtml, isPprResume, hints } = props
  const isHydrating = useIsHydrating()
  const router = useRouter()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the node stays the same until the fragment changes
  const built = useMemo(
    () => shape && buildNode(props, shape, html, isHydrating),
    [shape, slots, html, id, htmlHashes],
  )
  useMemo(() => hints && loadAhead(hints), [hints])
  const shellHtmls = isPprResume ? built?.domHtmls : undefined
  useEffect(() => {
    if (shellHtmls === undefined || deferredHtml === undefined || id === undefined) return
    // The document did not take this HTML, because its shell shows it already.
    const overwriteAll = (lateHtml: DeferredHtml) => {
      for (const [index, text] of (lateHtml[id] ?? []).entries()) shellHtmls[index]?.overwrite(text)
    }
    deferredHtml.then(overwriteAll, () => {})
  }, [shellHtmls, deferredHtml, id])
  if (shape === undefined || built === undefined) return children
  if (!built.isMissing) return built.node
  const lateHtml = deferredHtml && id !== undefined ? readPromise(deferredHtml)?.[id] : undefined
  // Slots first, because several fragments may share a shape.
  if (lateHtml === undefined) throw suspendUntilRefresh(router, slots ?? shape)
  return buildNode(props, shape, lateHtml, isHydrating).node
}

function buildNode(
  { slots = [], id, htmlHashes = '' }: FragmentOutputProps,
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
    // React reads the HTML when it mounts an element, but not while it hydrates.
    if (isHydrating || domHtml.isAvailable()) return domHtml.props
    if (text === undefined) isMissing = true
    return toHtmlProps(text)
  })
  return { node, isMissing, domHtmls }
}

function toHtmlProps(text: string | undefined) {
  return { dangerouslySetInnerHTML: { __html: text ?? '' } }
}
