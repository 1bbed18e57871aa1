import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import type { Makeup } from '../../core/makeup.ts'
import { checkCompactRenders } from './checkRenders.ts'
import { createDynamicPartCounter } from './dynamicPartCounter.ts'
import { findDynamicElements } from './findDynamicElements.ts'
import { hashHtml } from './hashHtml.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getWellFormedHtml, isOpaque } from './isPlainElement.ts'
import { AT_ROOT, getChildContext, type ParserContext } from './parserContext.ts'
import { reassembleTree } from './reassembleTree.ts'
import { type PlainPart, type RenderHtml, renderInnerHtml } from './renderInnerHtml.ts'
import { resolveLazyTree, withChildren } from './resolveLazyTree.ts'
import {
  createShapeWriter,
  FLAG_HTML,
  FLAG_KEY,
  FLAG_LIST,
  LIST,
  type Props,
  type Ref,
  type Shape,
  SLOT,
} from './shape.ts'

/** Content cannot forge this mark, because JSON has no symbols. Flight encodes it. */
const KIND: unique symbol = Symbol.for('react-cache-content.compact')

/** A rendered fragment in which plain markup is HTML. */
export interface CompactTree {
  readonly kind: typeof KIND
  readonly shape: Shape
  /** The inner HTML of elements, byte for byte as React writes it. */
  readonly html: readonly string[]
  /** The {@link hashHtml} of each item of `html`, concatenated. */
  readonly htmlHashes: string
  /** The nodes that React has to render: client components, and elements that it treats specially. */
  readonly slots: readonly ReactNode[]
}

export function isCompactTree(value: unknown): value is CompactTree {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === KIND
}

/**
 * Replaces the content of each largest plain subtree by its HTML. The rest of the tree does not change. In particular
 * it keeps the order, the lists and the keys by which React identifies components.
 *
 * @param root a tree in which all server components have been rendered, as Flight decodes it
 * @param renderHtml React's own renderer
 * @returns the compact tree, the number of pieces of HTML including those in its slots, and its makeup
 * @throws the error of React for a compact tree that it cannot render
 */
export async function compactTree(
  root: ReactNode,
  renderHtml: RenderHtml,
): Promise<{ readonly form: CompactTree; readonly htmlCount: number; readonly makeup: Makeup }> {
  const tree = await resolveLazyTree(root)
  const dynamicParts = createDynamicPartCounter()
  const plainParts: PlainPart[] = []
  const extracted = extractPlainParts(tree, {
    plainParts,
    dynamicElements: findDynamicElements(tree, dynamicParts),
    context: AT_ROOT,
  })
  const innerHtml = renderInnerHtml(plainParts, renderHtml)
  const html = extracted.htmlIndexes.map((index) => innerHtml[index] ?? '')
  const slots = extracted.slots.map((slot) => fillSlot(slot, innerHtml))
  const htmlHashes = html.map(hashHtml).join('')
  const form: CompactTree = { kind: KIND, shape: extracted.shape, html, htmlHashes, slots }
  // The HTML has just been rendered, so only the elements around it are left to check.
  checkCompactRenders(form, renderHtml)
  const makeup = {
    html: innerHtml.reduce((bytes, content) => bytes + Buffer.byteLength(content), 0),
    dynamicParts: dynamicParts.list(),
  }
  return { form, htmlCount: plainParts.length, makeup }
}

/** A part of a tree whose HTML is not yet rendered. */
interface ExtractedTree {
  readonly shape: Shape
  /** Indexes of its HTML in the list of plain parts of the whole tree. */
  readonly htmlIndexes: readonly number[]
  readonly slots: readonly Slot[]
}

type Slot =
  | { readonly node: ReactNode }
  | { readonly suspense: ReactElement<Props>; readonly content: ExtractedTree }

/**
 * Puts the HTML of a Suspense boundary into its slot. React may leave a boundary to the browser. Its HTML is then not
 * in the document, and nothing around the boundary could detect that.
 */
function fillSlot(slot: Slot, innerHtml: readonly string[]): ReactNode {
  if ('node' in slot) return slot.node
  const { shape, htmlIndexes, slots } = slot.content
  const parts = { shape, slots: slots.map((inner) => fillSlot(inner, innerHtml)) }
  const content = reassembleTree(parts, (index) => ({
    dangerouslySetInnerHTML: { __html: innerHtml[htmlIndexes[index] ?? -1] },
  }))
  return withChildren(slot.suspense, content)
}

interface ExtractContext {
  /** The plain parts of the whole tree. Extraction appends to it. */
  readonly plainParts: PlainPart[]
  readonly dynamicElements: ReadonlySet<ReactElement>
  readonly context: ParserContext
}

function extractPlainParts(
  root: unknown,
  { plainParts, dynamicElements, context }: ExtractContext,
): ExtractedTree {
  const writer = createShapeWriter()
  const htmlIndexes: number[] = []
  const slots: Slot[] = []
  return { shape: writer.finish(visit(root, context)), htmlIndexes, slots }

  function visit(node: unknown, context: ParserContext): Ref {
    if (isEmptyNode(node)) return null
    if (isTextNode(node)) return String(node)
    if (Array.isArray(node)) return addList(node, null, context)
    if (!isValidElement<Props>(node)) return addSlot({ node: node as ReactNode })
    const { type, props, key } = node
    if (type === Fragment) return addList(props.children, key, context)
    if (type === Suspense) {
      return addSlot({
        suspense: node,
        content: extractPlainParts(props.children, { plainParts, dynamicElements, context }),
      })
    }
    if (typeof type !== 'string' || (dynamicElements.has(node) && isOpaque(type))) return addSlot({ node })
    const { children, ...otherProps } = props
    const flags = addKey(key)
    if (!dynamicElements.has(node) || getWellFormedHtml(props) !== undefined) {
      const { dangerouslySetInnerHTML: html, ...rest } = otherProps
      if (isEmptyNode(children) && html === undefined)
        return writer.add([type, flags, omitEmptyProps(otherProps)])
      htmlIndexes.push(plainParts.push({ element: node, namespace: context.namespace }) - 1)
      return writer.add([type, flags | FLAG_HTML, omitEmptyProps(rest)])
    }
    if (isEmptyNode(children)) return writer.add([type, flags, omitEmptyProps(otherProps)])
    const childContext = getChildContext(type, context)
    return writer.add([
      type,
      flags | getListFlag(children),
      omitEmptyProps(otherProps),
      ...toChildList(children).map((child) => visit(child, childContext)),
    ])
  }

  function addSlot(slot: Slot): Ref {
    slots.push(slot)
    return SLOT
  }

  function addList(children: unknown, key: string | null, context: ParserContext) {
    const flags = addKey(key) | getListFlag(children)
    return writer.add([LIST, flags, null, ...toChildList(children).map((child) => visit(child, context))])
  }

  function addKey(key: string | null): number {
    if (key === null) return 0
    writer.addKey(key)
    return FLAG_KEY
  }
}

/** Returns the children as React counts them: a list inside another list is one child. */
function toChildList(children: unknown): readonly unknown[] {
  if (!Array.isArray(children)) return [children]
  // An empty list must stay a child, because React refuses it in a void element.
  return children.length === 0 ? [null] : children
}

function getListFlag(children: unknown): number {
  return Array.isArray(children) && children.length <= 1 ? FLAG_LIST : 0
}

function omitEmptyProps(props: Props): Props | null {
  return Object.keys(props).length === 0 ? null : props
}
