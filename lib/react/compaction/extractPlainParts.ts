import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { joinKeys, type KeyPath, NO_KEYS } from '../keyPath.ts'
import { changeElement } from '../reactInternals.ts'
import type { CompactTree } from './compactTree.ts'
import { isEmbeddedTree } from './embeddedTree.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getWellFormedHtml, isOpaque } from './isPlainElement.ts'
import { getChildContext, type Namespace, type ParserContext } from './parserContext.ts'
import {
  FLAG_HTML,
  FLAG_KEY,
  FLAG_LIST,
  getKeys,
  LIST,
  type Props,
  type Ref,
  type Shape,
  type ShapeNode,
  ShapeWriter,
  SLOT,
} from './shape.ts'

/** A largest subtree that is plain. */
export interface PlainPart {
  readonly element: ReactElement
  readonly namespace: Namespace
}

/** A part of a tree whose HTML is not yet rendered. */
export interface ExtractedTree {
  readonly shape: Shape
  /** The nodes of the shape, without those of embedded trees. */
  readonly ownNodes: readonly ShapeNode[]
  readonly pieces: readonly Piece[]
  readonly slots: readonly Slot[]
}

/** A node that React has to render. */
export type Slot =
  | { readonly node: ReactNode; readonly content?: undefined }
  /** A Suspense boundary. Its content is made compact as well. */
  | { readonly node: ReactElement<Props>; readonly content: ExtractedTree }
  /** A slot of an embedded tree, which may not be complete yet. */
  | { readonly node: ReactNode; readonly tree: CompactTree; readonly index: number }

/** A piece of the HTML of a tree, in its order. */
export type Piece =
  /** An element, as an index into the parts. */
  | { readonly part: number; readonly hasHtml: boolean }
  /** All HTML of an embedded tree. */
  | { readonly tree: CompactTree }

interface ExtractContext {
  /** The plain parts of the whole tree. Extraction appends to it. */
  readonly parts: PlainPart[]
  readonly dynamicElements: ReadonlySet<ReactElement>
  readonly context: ParserContext
  /** Whether the HTML includes the outermost elements, also those without content. */
  readonly isWhollyPlain: boolean
}

/** Takes a tree apart into its shape, its HTML and its slots. */
export function extractPlainParts(
  root: unknown,
  { parts, dynamicElements, context, isWhollyPlain }: ExtractContext,
): ExtractedTree {
  const writer = new ShapeWriter()
  const ownNodes: ShapeNode[] = []
  const pieces: Piece[] = []
  const slots: Slot[] = []
  const shape = writer.finish(visit(root, context))
  return { shape, ownNodes, pieces, slots }

  function visit(node: unknown, context: ParserContext): Ref {
    if (isEmptyNode(node)) return null
    if (isTextNode(node)) return String(node)
    if (Array.isArray(node)) return addList(node, null, context)
    if (!isValidElement<Props>(node)) return addSlot({ node: node as ReactNode })
    if (isEmbeddedTree(node)) return embed(node.props)
    const { type, props, key } = node
    if (type === Fragment) return addList(props.children, key, context)
    if (type === Suspense) {
      return addSlot({
        node,
        content: extractPlainParts(props.children, { parts, dynamicElements, context, isWhollyPlain: false }),
      })
    }
    if (typeof type !== 'string' || (dynamicElements.has(node) && isOpaque(type))) return addSlot({ node })
    const { children, ...otherProps } = props
    const flags = addKey(key)
    if (!dynamicElements.has(node) || getWellFormedHtml(props) !== undefined) {
      const { dangerouslySetInnerHTML: html, ...rest } = otherProps
      const hasHtml = !isEmptyNode(children) || html !== undefined
      if (hasHtml || isWhollyPlain) {
        pieces.push({ part: parts.push({ element: node, namespace: context.namespace }) - 1, hasHtml })
      }
      return hasHtml
        ? add([type, flags | FLAG_HTML, omitEmptyProps(rest)])
        : add([type, flags, omitEmptyProps(otherProps)])
    }
    if (isEmptyNode(children)) return add([type, flags, omitEmptyProps(otherProps)])
    const childContext = getChildContext(type, context)
    return add([
      type,
      flags | getListFlag(children),
      omitEmptyProps(otherProps),
      ...toChildList(children).map((child) => visit(child, childContext)),
    ])
  }

  function add(node: ShapeNode): Ref {
    ownNodes.push(node)
    return writer.add(node)
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

  /** Adds the nodes of an embedded tree. Its outermost nodes get the keys of the components around it. */
  function embed({ tree, keys }: { readonly tree: CompactTree; readonly keys: KeyPath }): Ref {
    const { shape, slots: treeSlots } = tree
    const treeKeys = getKeys(shape)
    let nextKey = 0
    let nextSlot = 0
    pieces.push({ tree })
    return embedRef(shape.root, keys)

    function embedRef(ref: Ref, keys: KeyPath): Ref {
      if (typeof ref !== 'number') return ref
      if (ref === SLOT) return embedSlot(nextSlot++, keys)
      const node = shape.nodes[ref - 1]
      if (node === undefined) return null
      const [type, flags, props, ...children] = node
      const ownKey = flags & FLAG_KEY ? (treeKeys[nextKey++] ?? null) : null
      const key = joinKeys(keys.path, ownKey)
      const newFlags = (flags & ~FLAG_KEY) | addKey(key)
      const embedded = writer.add([
        type,
        newFlags,
        props,
        ...children.map((child) => embedRef(child as Ref, NO_KEYS)),
      ])
      return keys.isImplicit && key !== null ? addListOf(embedded) : embedded
    }

    function embedSlot(index: number, keys: KeyPath): Ref {
      const node = treeSlots[index]
      if (!isValidElement(node)) return addSlot({ node, tree, index })
      const key = joinKeys(keys.path, node.key)
      addSlot({ node: key === node.key ? node : changeElement(node, { key }), tree, index })
      return keys.isImplicit && key !== null ? addListOf(SLOT) : SLOT
    }
  }

  function addListOf(ref: Ref): Ref {
    return writer.add([LIST, FLAG_LIST, null, ref])
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

/** React treats a prop without a value as absent. */
function omitEmptyProps(props: Props): Props | null {
  let kept: Record<string, unknown> | null = null
  for (const name in props) if (props[name] !== undefined) (kept ??= {})[name] = props[name]
  return kept
}
