import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import {
  contentOf,
  inside,
  type Namespace,
  namespaceInside,
  type Surroundings,
  staysInPlace,
  textStaysInPlace,
} from './htmlNesting.ts'
import { contentsOf, type RenderHtml } from './leaves.ts'
import { markOf } from './mark.ts'
import { isParsedAsWritten, isPlainElement, isUntouched } from './plainElements.ts'
import { settled } from './settled.ts'
import {
  createShapeWriter,
  HOLE,
  LIST,
  type Props,
  type Ref,
  type Shape,
  SUSPENSE,
  TAKES_HTML,
  TAKES_KEY,
} from './shape.ts'

/** A rendered fragment in which all that is plain markup is HTML. */
export interface Compact {
  readonly shape: Shape
  /** Content of elements, as React writes it. */
  readonly html: readonly string[]
  /** {@link markOf} of each, one after the other. */
  readonly marks: string
  /** What React has to render: client components, and what it treats specially. */
  readonly holes: readonly ReactNode[]
}

export function isCompact(value: unknown): value is Compact {
  return typeof value === 'object' && value !== null && 'shape' in value && 'holes' in value
}

/**
 * Turns each largest plain subtree into the HTML of its element's content. All else stays as it is, above all
 * the order, the lists and the keys by which React tells components apart.
 *
 * @param root a tree in which all server components have been rendered, as Flight decodes it
 * @param renderHtml React's own renderer
 */
export async function compact(root: ReactNode, renderHtml: RenderHtml): Promise<Compact> {
  const node = await settled(root)
  const writer = createShapeWriter()
  const holes: ReactNode[] = []
  const leaves: { element: ReactElement; namespace: Namespace }[] = []
  const isPlain = createPlainness()

  function hole(node: ReactNode): Ref {
    holes.push(node)
    return HOLE
  }

  function visit(node: unknown, namespace: Namespace, inPicture: boolean): Ref {
    if (isNothing(node)) return null
    if (isText(node)) return String(node)
    if (Array.isArray(node)) return list(node, null, namespace, inPicture)
    if (!isValidElement<Props>(node)) return hole(node as ReactNode)
    const { type, props, key } = node
    if (type === Fragment) return list(childrenOf(props), key, namespace, inPicture)
    if (type === Suspense) return suspense(props, key, namespace, inPicture)
    if (typeof type !== 'string' || isUntouched(type)) return hole(node)
    const { children, ...own } = props
    const takes = takesKey(key)
    // Also an element whose HTML is its own, and one that holds what cannot be HTML, such as a `<select>`.
    if (isNothing(children) || 'dangerouslySetInnerHTML' in own) return leafOrEmpty()
    if (isPlainElement(type, props, namespace, inPicture) && hasPlainContent()) {
      leaves.push({ element: node, namespace })
      return writer.add([type, takes | TAKES_HTML, propsOrNull(own)])
    }
    const within = namespaceInside(type, namespace)
    const refs = childrenOf(children === undefined ? {} : props).map((child) =>
      visit(child, within, type === 'picture'),
    )
    return writer.add([type, takes, propsOrNull(own), ...refs])

    function leafOrEmpty(): Ref {
      const { dangerouslySetInnerHTML: html, ...rest } = own
      if (html === undefined || !isPlainElement(type as string, props, namespace, inPicture))
        return writer.add([type as string, takes, propsOrNull(own)])
      leaves.push({ element: node as ReactElement, namespace })
      return writer.add([type as string, takes | TAKES_HTML, propsOrNull(rest)])
    }

    function hasPlainContent(): boolean {
      return childrenOf(props).every((child) => isPlain(child, contentOf(type as string, namespace)))
    }
  }

  function list(children: readonly unknown[], key: string | null, namespace: Namespace, inPicture: boolean) {
    const takes = takesKey(key)
    return writer.add([LIST, takes, null, ...children.map((child) => visit(child, namespace, inPicture))])
  }

  function suspense(props: Props, key: string | null, namespace: Namespace, inPicture: boolean): Ref {
    const takes = takesKey(key)
    const { fallback, children: _, ...own } = props
    const first = isNothing(fallback) ? null : hole(fallback as ReactNode)
    const refs = childrenOf(props).map((child) => visit(child, namespace, inPicture))
    return writer.add([SUSPENSE, takes, propsOrNull(own), first, ...refs])
  }

  function takesKey(key: string | null): number {
    if (key === null) return 0
    writer.key(key)
    return TAKES_KEY
  }

  const shape = writer.finish(visit(node, 'html', false))
  const html = contentsOf(leaves, renderHtml)
  return { shape, html, marks: html.map(markOf).join(''), holes }
}

/** Whether a node is written as HTML without loss, with all that is inside; each is looked at once. */
function createPlainness() {
  const known = new WeakMap<object, boolean>()

  function isPlain(node: unknown, around: Surroundings): boolean {
    if (isNothing(node)) return true
    if (isText(node)) return textIsPlain(String(node), around)
    if (Array.isArray(node)) return node.every((child) => isPlain(child, around))
    if (!isValidElement<Props>(node)) return false
    const before = known.get(node)
    if (before !== undefined) return before
    const plain = elementIsPlain(node, around)
    known.set(node, plain)
    return plain
  }

  function elementIsPlain({ type, props }: ReactElement<Props>, around: Surroundings): boolean {
    const children = childrenOf(props)
    if (type === Fragment) return children.every((child) => isPlain(child, around))
    if (typeof type !== 'string' || !staysInPlace(type, around)) return false
    if (!isPlainElement(type, props, around.namespace, around.parent === 'picture')) return false
    const within = inside(type, around)
    return children.every((child) => isPlain(child, within))
  }

  return isPlain
}

function textIsPlain(text: string, around: Surroundings): boolean {
  return isParsedAsWritten(text) && (textStaysInPlace(around) || text === '')
}

/** The children that React tells apart: one list inside another is a child of its own. */
function childrenOf({ children }: Props): readonly unknown[] {
  return Array.isArray(children) ? children : [children]
}

function isNothing(node: unknown): node is null | undefined | boolean {
  return node === null || node === undefined || typeof node === 'boolean'
}

function isText(node: unknown): node is string | number | bigint {
  return typeof node === 'string' || typeof node === 'number' || typeof node === 'bigint'
}

function propsOrNull(props: Props): Props | null {
  return Object.keys(props).length === 0 ? null : props
}
