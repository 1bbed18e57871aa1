import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import type { Makeup } from '../../core/makeup.ts'
import { assemble } from './assemble.ts'
import { checkFormRenders } from './checkRenders.ts'
import { AT_ROOT, inside, type Surroundings } from './htmlNesting.ts'
import { createKeptParts } from './keptParts.ts'
import { contentsOf, type Leaf, type RenderHtml } from './leaves.ts'
import { markOf } from './mark.ts'
import { mixedElements } from './mixedElements.ts'
import { isNothing, isText } from './nodes.ts'
import { isUntouched, wellFormedHtml } from './plainElements.ts'
import { settled, withChildren } from './settled.ts'
import {
  createShapeWriter,
  HOLE,
  LIST,
  type Props,
  type Ref,
  type Shape,
  TAKES_HTML,
  TAKES_KEY,
  TAKES_LIST,
} from './shape.ts'

/** No content can be made to look like this: JSON has no symbols, and Flight carries this one. */
const KIND: unique symbol = Symbol.for('react-cache-content.compact')

/** A rendered fragment in which all that is plain markup is HTML. */
export interface Compact {
  readonly kind: typeof KIND
  readonly shape: Shape
  /** Content of elements, byte for byte as React writes it. */
  readonly html: readonly string[]
  /** {@link markOf} of each, one after the other. */
  readonly marks: string
  /** What React has to render: client components, and what it treats specially. */
  readonly holes: readonly ReactNode[]
}

export function isCompact(value: unknown): value is Compact {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === KIND
}

/**
 * Turns each largest plain subtree into the HTML of its element's content. All else stays as it is, above all
 * the order, the lists and the keys by which React tells components apart.
 *
 * @param root a tree in which all server components have been rendered, as Flight decodes it
 * @param renderHtml React's own renderer
 * @returns the compact form, how many pieces of HTML there are in all, those in its holes too, and what it is made of
 * @throws what React throws for the compact form: it can be rendered wherever this returns
 */
export async function compact(
  root: ReactNode,
  renderHtml: RenderHtml,
): Promise<{ readonly form: Compact; readonly pieces: number; readonly makeup: Makeup }> {
  const tree = await settled(root)
  const kept = createKeptParts()
  const leaves: Leaf[] = []
  const taken = takeApart(tree, { leaves, mixed: mixedElements(tree, kept), around: AT_ROOT })
  const contents = contentsOf(leaves, renderHtml)
  const html = taken.leaves.map((index) => contents[index] ?? '')
  const holes = taken.holes.map((hole) => filled(hole, contents))
  const marks = html.map(markOf).join('')
  const form: Compact = { kind: KIND, shape: taken.shape, html, marks, holes }
  // The HTML has just been rendered, so only the elements around it have yet to be.
  checkFormRenders(form, renderHtml)
  const makeup = {
    html: contents.reduce((bytes, content) => bytes + Buffer.byteLength(content), 0),
    kept: kept.list(),
  }
  return { form, pieces: leaves.length, makeup }
}

/** A part of a tree whose HTML has yet to be written. */
interface TakenApart {
  readonly shape: Shape
  /** Its HTML, as places in the list of leaves of the whole. */
  readonly leaves: readonly number[]
  readonly holes: readonly Hole[]
}

type Hole =
  | { readonly node: ReactNode }
  | { readonly suspense: ReactElement<Props>; readonly content: TakenApart }

/**
 * What is in a Suspense boundary has its HTML with it: React may leave a boundary to the browser, and then
 * neither is its HTML in the document, nor does anything around it notice.
 */
function filled(hole: Hole, contents: readonly string[]): ReactNode {
  if ('node' in hole) return hole.node
  const { shape, leaves, holes } = hole.content
  const parts = { shape, holes: holes.map((inner) => filled(inner, contents)) }
  const content = assemble(parts, (index) => ({
    dangerouslySetInnerHTML: { __html: contents[leaves[index] ?? -1] },
  }))
  return withChildren(hole.suspense, content)
}

interface Taking {
  /** Of the whole tree; grows. */
  readonly leaves: Leaf[]
  readonly mixed: ReadonlySet<ReactElement>
  readonly around: Surroundings
}

function takeApart(root: unknown, { leaves, mixed, around }: Taking): TakenApart {
  const writer = createShapeWriter()
  const ownLeaves: number[] = []
  const holes: Hole[] = []
  return { shape: writer.finish(visit(root, around)), leaves: ownLeaves, holes }

  function visit(node: unknown, around: Surroundings): Ref {
    if (isNothing(node)) return null
    if (isText(node)) return String(node)
    if (Array.isArray(node)) return list(node, null, around)
    if (!isValidElement<Props>(node)) return hole({ node: node as ReactNode })
    const { type, props, key } = node
    if (type === Fragment) return list(props.children, key, around)
    if (type === Suspense) {
      return hole({ suspense: node, content: takeApart(props.children, { leaves, mixed, around }) })
    }
    if (typeof type !== 'string' || (mixed.has(node) && isUntouched(type))) return hole({ node })
    const { children, ...own } = props
    const takes = takesKey(key)
    if (!mixed.has(node) || wellFormedHtml(props) !== undefined) {
      const { dangerouslySetInnerHTML: html, ...rest } = own
      if (isNothing(children) && html === undefined) return writer.add([type, takes, propsOrNull(own)])
      ownLeaves.push(leaves.push({ element: node, namespace: around.namespace }) - 1)
      return writer.add([type, takes | TAKES_HTML, propsOrNull(rest)])
    }
    if (isNothing(children)) return writer.add([type, takes, propsOrNull(own)])
    const within = inside(type, around)
    return writer.add([
      type,
      takes | takesList(children),
      propsOrNull(own),
      ...childrenOf(children).map((child) => visit(child, within)),
    ])
  }

  function hole(made: Hole): Ref {
    holes.push(made)
    return HOLE
  }

  function list(children: unknown, key: string | null, around: Surroundings) {
    const takes = takesKey(key) | takesList(children)
    return writer.add([LIST, takes, null, ...childrenOf(children).map((child) => visit(child, around))])
  }

  function takesKey(key: string | null): number {
    if (key === null) return 0
    writer.key(key)
    return TAKES_KEY
  }
}

/** The children that React tells apart: one list inside another is a child of its own. */
function childrenOf(children: unknown): readonly unknown[] {
  if (!Array.isArray(children)) return [children]
  // An empty list is more than nothing: React refuses it in a void element.
  return children.length === 0 ? [null] : children
}

function takesList(children: unknown): number {
  return Array.isArray(children) && children.length <= 1 ? TAKES_LIST : 0
}

function propsOrNull(props: Props): Props | null {
  return Object.keys(props).length === 0 ? null : props
}
