import { Fragment, isValidElement, type ReactElement, type ReactNode } from 'react'
import type { RenderHtml } from './leaves.ts'
import { isNothing, isText } from './nodes.ts'
import { withChildren } from './settled.ts'
import type { Props } from './shape.ts'

/**
 * Renders what React itself writes of a tree, with client components left out.
 *
 * @param tree a tree without lazy nodes and promises, outside of client components
 * @throws what React throws, for instance for a `<br>` with children or a `style` that is a string
 */
export function checkRenders(tree: unknown, renderHtml: RenderHtml): void {
  renderHtml(skeletonOf(tree))
}

/**
 * The host elements of a tree. Boundaries of all kinds become fragments, so that an error in one of them is thrown.
 * The children of a client component are kept: it may show them.
 */
export function skeletonOf(node: unknown): ReactNode {
  if (isNothing(node) || isText(node)) return node as ReactNode
  if (Array.isArray(node)) return node.map(skeletonOf)
  if (!isValidElement<Props>(node)) return isInvalid(node) ? (node as ReactNode) : LEFT_OUT
  const { type, key, props } = node
  if (typeof type === 'string') return skeletonOfHost(node)
  const { children } = props
  // React never looks at the children of a client component, which may be data.
  const kept = typeof type === 'symbol' || isNode(children) ? skeletonOf(children) : LEFT_OUT
  return withChildren({ type: Fragment, key, props: {} } as unknown as ReactElement<Props>, kept)
}

/** Something, because a void element accepts nothing only. */
const LEFT_OUT = ''

/** Functions are left out: React would encode the bound values of a Server Action. */
function skeletonOfHost({ type, key, props }: ReactElement<Props>): ReactElement {
  const plain: Record<string, unknown> = {}
  for (const name in props) if (typeof props[name] !== 'function') plain[name] = props[name]
  const element = { type, key, props: plain } as unknown as ReactElement<Props>
  return withChildren(element, skeletonOf(props.children))
}

function isNode(children: unknown): boolean {
  return Array.isArray(children) ? children.every(isNode) : isText(children) || isValidElement(children)
}

/** Objects that React refuses as children. Iterables and its own kinds of nodes may hold client components. */
function isInvalid(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  return !('$$typeof' in node || 'then' in node || Symbol.iterator in node || Symbol.asyncIterator in node)
}
