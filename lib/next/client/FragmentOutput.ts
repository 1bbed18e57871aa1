'use client'

import { useRouter } from 'next/navigation.js'
import { type ElementType, type ReactNode, useEffect, useMemo } from 'react'
import { jsx } from 'react/jsx-runtime'
import { haveBehaviour } from '../../react/compaction/behaviours.ts'
import { HASH_LENGTH } from '../../react/compaction/hashHtml.ts'
import { type MarkedElement, reassembleTree } from '../../react/compaction/reassembleTree.ts'
import type { Shape } from '../../react/compaction/shape.ts'
import { readPromise, useIsHydrating } from '../../react/reactClientInternals.ts'
import type { DeferredHtml } from '../documentHtml.ts'
import { readDocumentHtml } from '../readDocumentHtml.ts'
import type { HtmlProps } from './behaviourProps.ts'
import { type DomHtml, getDomHtml } from './domHtml.ts'
import { loadAhead } from './loadAhead.ts'
import { suspendUntilRefresh } from './suspendUntilRefresh.ts'
import { type GetBehaviourProps, useBehaviourProps } from './useBehaviourProps.ts'

/** The output of a fragment: the parts of a compact tree, or the streaming children of a miss. */
export interface FragmentOutputProps {
  readonly children?: ReactNode
  readonly shape?: Shape
  readonly slots?: readonly ReactNode[]
  readonly htmlHashes?: string
  /** Those of `CompactTree`, joined by `|`. Absent if no element has behaviour. */
  readonly behaviours?: string
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
  const { children, shape, slots, html, id, htmlHashes, behaviours, deferredHtml, isPprResume, hints } = props
  const isHydrating = useIsHydrating()
  const router = useRouter()
  const startBehaviours = useBehaviourProps(router)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the node stays the same until the fragment changes
  const built = useMemo(
    () => shape && buildNode(props, shape, html, { isHydrating, startBehaviours }),
    [shape, slots, html, id, htmlHashes, behaviours],
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
  return buildNode(props, shape, lateHtml, { isHydrating, startBehaviours }).node
}

interface BuildOptions {
  readonly isHydrating: boolean
  readonly startBehaviours: () => GetBehaviourProps
}

function buildNode(
  { slots = [], id, htmlHashes = '', behaviours, isPprResume }: FragmentOutputProps,
  shape: Shape,
  html: readonly string[] | undefined,
  { isHydrating, startBehaviours }: BuildOptions,
) {
  if (typeof window === 'undefined') {
    const strings = html ?? readDocumentHtml(id)
    return {
      node: reassembleTree({ shape, slots }, (element) =>
        createElement(
          element,
          element.htmlIndex === undefined ? {} : toHtmlProps(strings[element.htmlIndex]),
        ),
      ),
      isMissing: false,
      domHtmls: [],
    }
  }
  const domHtmls: (DomHtml | undefined)[] = []
  let isMissing = false
  const elementBehaviours = behaviours?.split('|')
  const getBehaviourProps = startBehaviours()
  const node = reassembleTree({ shape, slots }, (element) => {
    const { tag, htmlIndex, behavioursIndex, props } = element
    const own = elementBehaviours?.[behavioursIndex] ?? ''
    let htmlProps: HtmlProps = {}
    let domHtml: DomHtml | undefined
    let hash = ''
    if (htmlIndex !== undefined) {
      hash = htmlHashes.slice(htmlIndex * HASH_LENGTH, (htmlIndex + 1) * HASH_LENGTH)
      const text = html?.[htmlIndex]
      domHtml = getDomHtml(tag, hash, text === undefined)
      domHtmls.push(domHtml)
      // React reads the HTML when it mounts an element, but not while it hydrates.
      const isInDocument = domHtml !== undefined && (isHydrating || domHtml.isAvailable())
      if (domHtml !== undefined && !isInDocument && text === undefined) isMissing = true
      htmlProps = domHtml !== undefined && isInDocument ? domHtml.props : toHtmlProps(text)
    }
    if (!haveBehaviour(own)) return createElement(element, htmlProps)
    const behaviourProps = getBehaviourProps(`${tag} ${hash} ${props?.href}`, own, {
      ref: htmlProps.ref,
      onBeforeChange: domHtml?.keep,
      // A stored shell may show older HTML until it is overwritten.
      isMountable: isPprResume ? domHtml?.isShown : undefined,
    })
    return createElement(element, { ...htmlProps, ...behaviourProps })
  })
  return { node, isMissing, domHtmls }
}

function createElement({ tag, props, key }: MarkedElement, ownProps: Record<string, unknown>): ReactNode {
  return jsx(tag as ElementType, { ...props, ...ownProps }, key)
}

function toHtmlProps(text: string | undefined): HtmlProps {
  return { dangerouslySetInnerHTML: { __html: text ?? '' } }
}
