import { type ElementType, isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { isLazy, isReactNode, readLazy } from '../reactInternals.ts'
import { getPlacedFragment } from '../render/nestedFragment.ts'
import { getShownPart, readPart } from '../render/outputPart.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import type { RenderHtml } from './renderHtml.ts'
import { FLAG_HTML, type Props, type ShapeNode } from './shape.ts'

/**
 * Checks that React can render a tree, with client components left out. Whether an element can be rendered depends on
 * its name, on a few kinds of props, and on whether it has children. So one sample is rendered for all elements that
 * are alike in these.
 *
 * @param tree a tree without promises, outside of client components
 * @throws the error of React, for instance for a `<br>` with children or a `style` that is a string
 */
export function checkRenders(tree: unknown, renderHtml: RenderHtml): void {
  const samples = createSampleList()
  samples.visit(tree)
  if (samples.list.length > 0) renderHtml(jsxs('div', { children: samples.list }))
}

/**
 * Returns samples of the parts of a compact tree that are not HTML. React can render the tree if it can render them.
 *
 * @throws {Error} for a `<link>` with content, which must not be rendered
 */
export function createSamples(nodes: readonly ShapeNode[], slots: readonly ReactNode[]): ReactNode[] {
  const samples = createSampleList()
  const sampled = new Set<string>()
  // A list of a thousand rows has thousands of nodes, so nodes that are alike are skipped.
  for (const node of nodes) {
    const type = node[0]
    if (typeof type !== 'string') continue
    if (node[2] === null || !hasOddProp(node[2])) {
      const name = `${type} ${node.length > 3} ${node[1] & FLAG_HTML}`
      if (sampled.has(name) && !READS_CHILDREN.has(type)) continue
      sampled.add(name)
    }
    const children = node.length > 3 && { children: node.slice(3) }
    const html = (node[1] & FLAG_HTML) !== 0 && { dangerouslySetInnerHTML: NO_HTML }
    samples.addSample(type, { ...node[2], ...children, ...html })
  }
  for (const slot of slots) samples.visit(slot)
  return samples.list
}

const NO_HTML = { __html: '' }

function createSampleList() {
  const samples: ReactNode[] = []
  const sampled = new Set<string>()
  return { visit, addSample, list: samples }

  function visit(node: unknown): void {
    if (isEmptyNode(node) || isTextNode(node)) return
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (isLazy(node)) {
      visit(readLazy(node))
      return
    }
    if (!isValidElement<Props>(node)) {
      if (isInvalidChild(node)) samples.push(node as ReactNode)
      return
    }
    const part = getShownPart(node)
    if (part !== undefined) {
      visit(readPart(part))
      return
    }
    const placed = getPlacedFragment(node)
    if (placed !== undefined) {
      // A complete tree was checked before.
      if (!placed.content.getCompactTree()?.isComplete) visit(placed.content.live)
      return
    }
    const { type, props } = node
    const { children } = props
    if (typeof type === 'string') {
      addSample(type, props)
      if (!READS_CHILDREN.has(type)) visit(children)
    }
    // For instance a property of a client component, which exists only in its client module. React refuses it.
    else if (type == null) samples.push(jsx(type as unknown as ElementType, {}, String(samples.length)))
    // A boundary shows its children, and a client component may. Only a client component may take data as children.
    else if (typeof type === 'symbol' || isNode(children)) visit(children)
  }

  function addSample(type: string, props: Props): void {
    refuseLinkWithContent(type, props)
    const name = READS_CHILDREN.has(type) || hasOddProp(props) ? undefined : getSampleKey(type, props)
    if (name !== undefined && sampled.has(name)) return
    if (name !== undefined) sampled.add(name)
    samples.push(createSample(type, props, samples.length))
  }
}

/**
 * React refuses a `<link>` with content only while it writes the document. The render then returns nothing, without an
 * error, and React writes the rest of the element into the next document. So a sample of it must not be rendered.
 */
function refuseLinkWithContent(type: string, { children, dangerouslySetInnerHTML }: Props): void {
  if (type === 'link' && (children != null || dangerouslySetInnerHTML != null))
    throw new Error('link is a void element and cannot have children or `dangerouslySetInnerHTML`.')
}

/** Elements whose children React reads as a value and does not render. */
const READS_CHILDREN = new Set(['textarea', 'title', 'script', 'style'])

/** An empty list counts as children: React refuses it in a void element. */
function getSampleKey(type: string, { children, dangerouslySetInnerHTML }: Props): string {
  return `${type} ${children == null} ${dangerouslySetInnerHTML == null}`
}

/** Whether a prop has a value that React may refuse or converts to text. Other props become attributes, or nothing. */
function hasOddProp(props: Props): boolean {
  for (const name in props) {
    const value = props[name]
    if (name === 'children' || value == null) continue
    if (name === 'style') {
      if (typeof value !== 'object') return true
    } else if (name === 'dangerouslySetInnerHTML') {
      if (typeof value !== 'object' || !('__html' in value) || typeof value.__html !== 'string') return true
    } else if (typeof value === 'object') return true
  }
  return false
}

/** Leaves out functions, because React would encode the bound values of a Server Action. */
function createSample(type: string, { children, ...props }: Props, at: number): ReactElement {
  const sampleProps: Record<string, unknown> = {}
  for (const name in props) if (typeof props[name] !== 'function') sampleProps[name] = props[name]
  if (children != null) sampleProps.children = READS_CHILDREN.has(type) ? toTextOnly(children) : ''
  return jsx(type as ElementType, sampleProps, String(at))
}

/** Keeps only text, because the other children may be client components. */
function toTextOnly(children: unknown): unknown {
  if (Array.isArray(children)) return children.map(toTextOnly)
  return isEmptyNode(children) || isTextNode(children) ? children : ''
}

function isNode(children: unknown): boolean {
  return Array.isArray(children) ? children.every(isNode) : isTextNode(children) || isValidElement(children)
}

/**
 * Whether React refuses an object as a child, or may refuse it: not every version renders an async iterable. Iterables
 * and React's own kinds of nodes are no samples, because they may contain client components.
 */
function isInvalidChild(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  return !(isReactNode(node) || Symbol.iterator in node)
}
