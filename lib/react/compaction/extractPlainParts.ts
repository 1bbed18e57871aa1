import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { isPlainObject } from '../isPlainObject.ts'
import { joinKeys, type KeyPath, NO_KEYS } from '../keyPath.ts'
import { changeElement } from '../reactInternals.ts'
import { type Behaviours, haveBehaviour, mayHaveBehaviour } from './behaviours.ts'
import { collectBehaviours } from './collectBehaviours.ts'
import type { CompactTree } from './compactTree.ts'
import { isEmbeddedTree } from './embeddedTree.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getWellFormedHtml, isOpaque } from './isPlainElement.ts'
import { getChildContext, type Namespace, type ParserContext } from './parserContext.ts'
import {
  FLAG_BEHAVIOUR,
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
  /** See `CompactTree`. */
  readonly behaviours: readonly Behaviours[]
  readonly textBehaviours: Behaviours
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
export function extractPlainParts(root: unknown, options: ExtractContext): ExtractedTree {
  return new Extraction(options).extract(root)
}

class Extraction {
  readonly #options: ExtractContext
  readonly #writer = new ShapeWriter()
  readonly #ownNodes: ShapeNode[] = []
  readonly #pieces: Piece[] = []
  readonly #behaviours: Behaviours[] = []
  #textBehaviours = ''
  #slots: Slot[] | undefined

  constructor(options: ExtractContext) {
    this.#options = options
  }

  extract(root: unknown): ExtractedTree {
    const shape = this.#writer.finish(this.#visit(root, this.#options.context))
    return {
      shape,
      ownNodes: this.#ownNodes,
      pieces: this.#pieces,
      slots: this.#slots ?? [],
      behaviours: this.#behaviours,
      textBehaviours: this.#textBehaviours,
    }
  }

  #visit(node: unknown, context: ParserContext): Ref {
    if (isEmptyNode(node)) return null
    if (isTextNode(node)) return String(node)
    if (Array.isArray(node)) return this.#addList(node, null, context)
    if (!isValidElement<Props>(node)) return this.#addSlot({ node: node as ReactNode })
    if (isEmbeddedTree(node)) return this.#embed(node.props)
    const { parts, dynamicElements, isWhollyPlain } = this.#options
    const { type, props, key } = node
    if (type === Fragment) return this.#addList(props.children, key, context)
    if (type === Suspense) {
      const content = extractPlainParts(props.children, {
        parts,
        dynamicElements,
        context,
        isWhollyPlain: false,
      })
      return this.#addSlot({ node, content })
    }
    if (typeof type !== 'string' || (dynamicElements.has(node) && isOpaque(type)))
      return this.#addSlot({ node })
    const { children, ...otherProps } = props
    const flags = this.#addKey(key)
    if (!dynamicElements.has(node) || getWellFormedHtml(props) !== undefined) {
      const { dangerouslySetInnerHTML: html, ...rest } = otherProps
      const hasHtml = !isEmptyNode(children) || html !== undefined
      if (hasHtml || isWhollyPlain) {
        const part = parts.push({ element: node, namespace: context.namespace }) - 1
        this.#pieces.push({ part, hasHtml })
      }
      const behaviours = hasHtml || mayHaveBehaviour(type) ? collectBehaviours(node) : ''
      const flag = hasHtml ? FLAG_HTML : haveBehaviour(behaviours) ? FLAG_BEHAVIOUR : 0
      if (flag !== 0) this.#behaviours.push(behaviours)
      this.#textBehaviours += behaviours
      return this.#add([type, flags | flag, omitEmptyProps(hasHtml ? rest : otherProps)])
    }
    if (isEmptyNode(children)) return this.#add([type, flags, omitEmptyProps(otherProps)])
    const childContext = getChildContext(type, context)
    return this.#add([
      type,
      flags | getListFlag(children),
      omitEmptyProps(otherProps),
      ...toChildList(children).map((child) => this.#visit(child, childContext)),
    ])
  }

  #add(node: ShapeNode): Ref {
    this.#ownNodes.push(node)
    return this.#writer.add(node)
  }

  #addSlot(slot: Slot): Ref {
    this.#slots ??= []
    this.#slots.push(slot)
    return SLOT
  }

  #addList(children: unknown, key: string | null, context: ParserContext) {
    const flags = this.#addKey(key) | getListFlag(children)
    return this.#writer.add([
      LIST,
      flags,
      null,
      ...toChildList(children).map((child) => this.#visit(child, context)),
    ])
  }

  #addKey(key: string | null): number {
    if (key === null) return 0
    this.#writer.addKey(key)
    return FLAG_KEY
  }

  /** Adds the nodes of an embedded tree. Its outermost nodes get the keys of the components around it. */
  #embed({ tree, keys }: { readonly tree: CompactTree; readonly keys: KeyPath }): Ref {
    const { shape, slots: treeSlots } = tree
    const writer = this.#writer
    const treeKeys = getKeys(shape)
    let nextKey = 0
    let nextSlot = 0
    this.#pieces.push({ tree })
    this.#behaviours.push(...tree.behaviours)
    this.#textBehaviours += tree.textBehaviours

    const embedRef = (ref: Ref, keys: KeyPath): Ref => {
      if (typeof ref !== 'number') return ref
      if (ref === SLOT) return embedSlot(nextSlot++, keys)
      const node = shape.nodes[ref - 1]
      if (node === undefined) return null
      const [type, flags, props, ...children] = node
      const ownKey = flags & FLAG_KEY ? (treeKeys[nextKey++] ?? null) : null
      const key = joinKeys(keys.path, ownKey)
      const newFlags = (flags & ~FLAG_KEY) | this.#addKey(key)
      const embedded = writer.add([
        type,
        newFlags,
        props,
        ...children.map((child) => embedRef(child as Ref, NO_KEYS)),
      ])
      return keys.isImplicit && key !== null ? this.#addListOf(embedded) : embedded
    }

    const embedSlot = (index: number, keys: KeyPath): Ref => {
      const node = treeSlots[index]
      if (!isValidElement(node)) return this.#addSlot({ node, tree, index })
      const key = joinKeys(keys.path, node.key)
      this.#addSlot({ node: key === node.key ? node : changeElement(node, { key }), tree, index })
      return keys.isImplicit && key !== null ? this.#addListOf(SLOT) : SLOT
    }

    return embedRef(shape.root, keys)
  }

  #addListOf(ref: Ref): Ref {
    return this.#writer.add([LIST, FLAG_LIST, null, ref])
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
  for (const name in props) if (props[name] !== undefined) (kept ??= {})[name] = copyData(props[name])
  return kept
}

/** Copies a style or the like, because the site may change it later, and shapes are kept and shared. */
function copyData(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value
  const copy: Record<string, unknown> = {}
  for (const name in value) copy[name] = copyData((value as Record<string, unknown>)[name])
  return copy
}
