import { Fragment, isValidElement, type ReactElement, type ReactNode } from 'react'
import { changeElement } from '../reactInternals.ts'
import { createSamples } from './checkRenders.ts'
import { type CompactTree, createCompactTree } from './compactTree.ts'
import { replaceElements } from './convertMarkup.ts'
import { createElements } from './createElements.ts'
import { DynamicPartCounter } from './dynamicPartCounter.ts'
import { isEmbeddedTree } from './embeddedTree.ts'
import { type ExtractedTree, extractPlainParts, type PlainPart, type Slot } from './extractPlainParts.ts'
import { type ConversionOptions, findConversions, findDynamicElements } from './findDynamicElements.ts'
import type { ImagePreload } from './imagePreload.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getInnerHtml, joinInnerHtml, joinOuterHtml, type RenderedPart } from './joinHtml.ts'
import { AT_ROOT } from './parserContext.ts'
import { reassembleTree } from './reassembleTree.ts'
import type { Props } from './shape.ts'
import { withChildren } from './withChildren.ts'

/** A tree that is taken apart. Its HTML is rendered later, together with that of other trees. */
export interface PreparedTree {
  /** The elements to render as HTML. */
  readonly parts: readonly PlainPart[]
  /** Elements that are rendered only to find out whether React can render them. */
  readonly samples: readonly ReactNode[]
  /** Complete after `finish`. A fragment around it may refer to it before. */
  readonly tree: CompactTree
  /** The images that React would preload if they were no HTML, without those of embedded trees. */
  readonly preloads: readonly ImagePreload[]
  /**
   * Completes the tree. All trees that are embedded in it must be complete.
   *
   * @param rendered the HTML of each of `parts`
   */
  finish(rendered: readonly RenderedPart[]): void
}

/**
 * Replaces the content of each largest plain subtree by its HTML. The rest of the tree does not change. In particular
 * it keeps the order, the lists and the keys by which React identifies components.
 *
 * @param root a tree in which all server components have been rendered, as `toClientTree` returns it
 * @throws {Error} for an element that React cannot render
 */
export function prepareCompactTree(root: ReactNode, options: ConversionOptions = {}): PreparedTree {
  let counter = new DynamicPartCounter()
  const { conversions, obstacles, dynamic } = findConversions(root, counter, options)
  if (dynamic === undefined) {
    root = replaceElements(root, conversions)
    counter = new DynamicPartCounter()
  }
  const { dynamicElements, tagsInside, preloads } = dynamic ?? findDynamicElements(root, counter, obstacles)
  const parts: PlainPart[] = []
  const atRoot = getPlainTagsAtRoot(root, dynamicElements)
  const extracted = extractPlainParts(root, {
    parts,
    dynamicElements,
    context: AT_ROOT,
    isWhollyPlain: atRoot !== undefined,
  })
  const incomplete = createCompactTree({
    shape: extracted.shape,
    text: '',
    bounds: [],
    htmlHashes: '',
    behaviours: extracted.behaviours,
    textBehaviours: extracted.textBehaviours,
    textHash: undefined,
    // A fragment around this one reads their keys.
    slots: extracted.slots.map(({ node }) => node),
    plainTags: atRoot && { atRoot, inside: [...tagsInside] },
    hasTextAtRoot: hasTextAtRoot(root),
    dynamicParts: counter.list(),
    slotHtmlBytes: 0,
  })
  const tree: CompactTree = { ...incomplete, isComplete: false }
  return {
    parts,
    samples: atRoot ? [] : createSamples(extracted.ownNodes, getOwnSlots(extracted)),
    tree,
    preloads,
    finish(rendered) {
      const join = atRoot ? joinOuterHtml : joinInnerHtml
      const html = join(extracted.pieces, rendered)
      let slotHtmlBytes = 0
      for (const piece of extracted.pieces) if ('tree' in piece) slotHtmlBytes += piece.tree.slotHtmlBytes
      const slots = extracted.slots.map((slot) =>
        fillSlot(slot, rendered, (text) => {
          slotHtmlBytes += Buffer.byteLength(text)
        }),
      )
      Object.assign(tree, createCompactTree({ ...tree, ...html, slots, slotHtmlBytes }))
    },
  }
}

/** The slots of embedded trees were checked before. */
function getOwnSlots({ slots }: ExtractedTree): ReactNode[] {
  return slots.flatMap((slot) => ('tree' in slot ? [] : [slot.node]))
}

/**
 * Puts the HTML of a Suspense boundary into its slot. React may leave a boundary to the browser. Its HTML is then not
 * in the document, and nothing around the boundary could detect that.
 */
function fillSlot(slot: Slot, rendered: readonly RenderedPart[], onHtml: (html: string) => void): ReactNode {
  const { node } = slot
  if ('tree' in slot) return replaceNode(node, slot.tree.slots[slot.index])
  const { content } = slot
  if (content === undefined) return node
  const { shape, pieces, behaviours } = content
  const html = pieces.flatMap((piece) =>
    'tree' in piece ? piece.tree.html : [getInnerHtml(rendered[piece.part])],
  )
  for (const text of html) onHtml(text)
  const slots = content.slots.map((inner) => fillSlot(inner, rendered, onHtml))
  const children = reassembleTree({ shape, slots }, createElements({ html, behaviours }))
  return withChildren(node as ReactElement<Props>, children)
}

/** Returns the complete node with the key of `node`. */
function replaceNode(node: ReactNode, complete: ReactNode): ReactNode {
  return isValidElement(node) && isValidElement(complete) && node.key !== complete.key
    ? changeElement(complete, { key: node.key })
    : complete
}

/**
 * Returns the names of the outermost elements of a tree that can be written as HTML as a whole. Returns `undefined` for another
 * tree, and for one with text at its root, because React separates texts by comments that depend on the text around.
 */
function getPlainTagsAtRoot(root: unknown, dynamicElements: ReadonlySet<ReactElement>): string[] | undefined {
  const tags = new Set<string>()
  return visit(root) ? [...tags] : undefined

  function visit(node: unknown): boolean {
    if (isEmptyNode(node) || node === '') return true
    if (Array.isArray(node)) return node.every(visit)
    if (!isValidElement<Props>(node)) return false
    if (isEmbeddedTree(node)) {
      const { plainTags } = node.props.tree
      for (const tag of plainTags?.atRoot ?? []) tags.add(tag)
      return plainTags !== undefined
    }
    if (node.type === Fragment) return visit(node.props.children)
    if (typeof node.type !== 'string' || dynamicElements.has(node)) return false
    tags.add(node.type)
    return true
  }
}

function hasTextAtRoot(node: unknown): boolean {
  if (isTextNode(node)) return true
  if (Array.isArray(node)) return node.some(hasTextAtRoot)
  return isValidElement<Props>(node) && node.type === Fragment && hasTextAtRoot(node.props.children)
}
