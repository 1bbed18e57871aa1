'use client'

import { useRouter } from 'next/navigation.js'
import { type ElementType, type ReactNode, useEffect, useMemo, useState } from 'react'
import { jsx } from 'react/jsx-runtime'
import { haveBehaviour } from '../../react/compaction/behaviours.ts'
import { createContentReader } from '../../react/compaction/inlineTexts.ts'
import { readField } from '../../react/compaction/readField.ts'
import { type MarkedElement, reassembleTree } from '../../react/compaction/reassembleTree.ts'
import type { Shape } from '../../react/compaction/shape.ts'
import { readPromise, useIsHydrating } from '../../react/reactClientInternals.ts'
import type { DeferredHtml } from '../documentHtml.ts'
import { readDocumentHtml } from '../readDocumentHtml.ts'
import type { HtmlProps } from './behaviourProps.ts'
import { type DomHtml, getDomHtml } from './domHtml.ts'
import { createDomTexts, type DomTexts } from './domTexts.ts'
import { loadAhead } from './loadAhead.ts'
import { suspendUntilRefresh } from './suspendUntilRefresh.ts'
import { type GetBehaviourProps, useBehaviourProps } from './useBehaviourProps.ts'

/** The output of a fragment: the parts of a compact tree, or the streaming children of a miss. */
export interface FragmentOutputProps {
  readonly children?: ReactNode
  readonly shape?: Shape
  readonly slots?: readonly ReactNode[]
  /** Those of `InlinedContents`. */
  readonly contents?: string
  /** Those of `CompactTree`, joined by `|`. Absent if no element has behaviour. */
  readonly behaviours?: string
  /** The HTML of the plain parts that have a hash in `contents`, in the order of the shape. */
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
  const { children, shape, slots, html, id, contents, behaviours, deferredHtml, isPprResume, hints } = props
  const isHydrating = useIsHydrating()
  const router = useRouter()
  const startBehaviours = useBehaviourProps(router)
  const [domTexts] = useState(createDomTexts)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the node stays the same until the fragment changes
  const built = useMemo(
    () => shape && buildNode(props, shape, html, { isHydrating, startBehaviours, domTexts }),
    [shape, slots, html, id, contents, behaviours],
  )
  useMemo(() => hints && loadAhead(hints), [hints])
  const shell = isPprResume ? built : undefined
  useEffect(() => {
    if (shell === undefined || deferredHtml === undefined || id === undefined) return
    // The document did not take this HTML, because its shell shows it already.
    deferredHtml.then(
      (lateHtml) => overwriteShell(shell, domTexts, lateHtml[id]),
      () => {},
    )
  }, [shell, deferredHtml, id, domTexts])
  if (shape === undefined || built === undefined) return children
  if (!built.isMissing) return built.node
  const lateHtml = deferredHtml && id !== undefined ? readPromise(deferredHtml)?.[id] : undefined
  // Slots first, because several fragments may share a shape.
  if (lateHtml === undefined) throw suspendUntilRefresh(router, slots ?? shape)
  return buildNode(props, shape, lateHtml, { isHydrating, startBehaviours, domTexts }).node
}

/** What a stored shell may show in an older state. */
interface ShellContents {
  readonly domHtmls: readonly (DomHtml | undefined)[]
  /** Texts of elements, in the order of the document. */
  readonly texts: readonly string[]
}

/** @param html absent if the shell does not contain the fragment */
function overwriteShell(
  { domHtmls, texts }: ShellContents,
  domTexts: DomTexts,
  html: readonly string[] | undefined,
): void {
  if (html === undefined) return
  for (const [index, text] of html.entries()) domHtmls[index]?.overwrite(text)
  domTexts.overwrite(texts)
}

interface BuildOptions {
  readonly isHydrating: boolean
  readonly startBehaviours: () => GetBehaviourProps
  readonly domTexts: DomTexts
}

function buildNode(
  { slots = [], id, contents = '', behaviours, deferredHtml, isPprResume }: FragmentOutputProps,
  shape: Shape,
  html: readonly string[] | undefined,
  { isHydrating, startBehaviours, domTexts }: BuildOptions,
) {
  const readContent = createContentReader(contents)
  const domHtmls: (DomHtml | undefined)[] = []
  const texts: string[] = []
  if (typeof window === 'undefined') {
    const fragment = html === undefined ? readDocumentHtml(id) : { html, prerendered: undefined }
    const { prerendered } = fragment
    // A browser renders and hydrates the components themselves.
    const shownSlots = prerendered ? slots.map((slot, index) => prerendered[index] ?? slot) : slots
    return {
      node: reassembleTree({ shape, slots: shownSlots }, (element) => {
        if (element.htmlIndex === undefined) return createElement(element, {})
        const content = readContent()
        const ownProps =
          content.text === undefined
            ? toHtmlProps(fragment.html[content.htmlIndex])
            : toTextProps(content.text)
        return createElement(element, ownProps)
      }),
      isMissing: false,
      domHtmls,
      texts,
    }
  }
  let isMissing = false
  const elementBehaviours = behaviours?.split('|')
  const getBehaviourProps = startBehaviours()
  const whenKnown = (callback: (isInShell: boolean) => void) => {
    // React renders a fragment of the shell again, and so takes its HTML, on the way to a slot that the shell lacks.
    if (deferredHtml === undefined || id === undefined || slots.length > 0) callback(true)
    else
      deferredHtml.then(
        (lateHtml) => callback(lateHtml[id] !== undefined),
        () => callback(true),
      )
  }
  const node = reassembleTree({ shape, slots }, (element) => {
    const { tag, behavioursIndex, props } = element
    const own = elementBehaviours?.[behavioursIndex] ?? ''
    const content = element.htmlIndex === undefined ? undefined : readContent()
    let contentProps: HtmlProps = {}
    let domHtml: DomHtml | undefined
    if (content?.text !== undefined) {
      texts.push(content.text)
      // With behaviours always, because another `ref` would mount them again.
      const needsRef = isPprResume || haveBehaviour(own)
      contentProps = { ...toTextProps(content.text), ...(needsRef && { ref: domTexts.ref }) }
    } else if (content !== undefined) {
      const text = html?.[content.htmlIndex]
      domHtml = getDomHtml(tag, content.hash, text === undefined)
      domHtmls.push(domHtml)
      // React reads the HTML when it mounts an element, but not while it hydrates.
      const isInDocument = domHtml !== undefined && (isHydrating || domHtml.isAvailable())
      if (domHtml !== undefined && !isInDocument && text === undefined) isMissing = true
      contentProps = domHtml !== undefined && isInDocument ? domHtml.props : toHtmlProps(text)
    }
    if (!haveBehaviour(own)) return createElement(element, contentProps)
    const behaviourProps = getBehaviourProps(`${tag} ${content?.text ?? content?.hash} ${props?.href}`, own, {
      ref: contentProps.ref,
      onBeforeChange: domHtml?.keep,
      shellCheck: isPprResume
        ? { whenKnown, isShown: domHtml?.isShown ?? createTextCheck(content?.text) }
        : undefined,
    })
    return createElement(element, { ...contentProps, ...behaviourProps })
  })
  return { node, isMissing, domHtmls, texts }
}

function createElement({ tag, props, key }: MarkedElement, ownProps: Record<string, unknown>): ReactNode {
  // A copy: several elements may have the same props, and React marks them in development.
  return jsx(tag as ElementType, { ...props, ...ownProps }, key)
}

function toHtmlProps(text: string | undefined): HtmlProps {
  return { dangerouslySetInnerHTML: { __html: text ?? '' } }
}

function createTextCheck(text: string | undefined): (element: Element) => boolean {
  return (element) => text === undefined || readField(element, 'textContent') === text
}

/** As for HTML, React leaves the text of a document as another program has changed it. */
function toTextProps(text: string): HtmlProps {
  return { children: text, suppressHydrationWarning: true }
}
