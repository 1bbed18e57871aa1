import { type ElementType, isValidElement, type ReactElement, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { isReactNode } from '../reactInternals.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import type { CompactParts } from './reassembleTree.ts'
import type { RenderHtml } from './renderInnerHtml.ts'
import { FLAG_HTML, type Props } from './shape.ts'

/**
 * Finds out whether React can render a tree, with client components left out. Whether an element can be rendered depends
 * on its name, on props of a few kinds, and on whether it has children. So elements that are alike in these are rendered
 * once, however many there are.
 *
 * @param tree a tree without lazy nodes and promises, outside of client components
 * @throws what React throws, for instance for a `<br>` with children or a `style` that is a string
 */
export function checkRenders(tree: unknown, renderHtml: RenderHtml): void {
  const samples = createSamples()
  samples.visit(tree)
  samples.render(renderHtml)
}

/** The same for a compact fragment. Its HTML has been rendered when it was made. */
export function checkCompactRenders({ shape, slots }: CompactParts, renderHtml: RenderHtml): void {
  const samples = createSamples()
  const sampled = new Set<string>()
  // A list of a thousand rows is thousands of nodes: none is taken apart that is like another.
  for (const node of shape.nodes) {
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
  samples.render(renderHtml)
}

const NO_HTML = { __html: '' }

function createSamples() {
  const samples: ReactNode[] = []
  const sampled = new Set<string>()
  return { visit, addSample, render }

  function render(renderHtml: RenderHtml): void {
    if (samples.length > 0) renderHtml(jsxs('div', { children: samples }))
  }

  function visit(node: unknown): void {
    if (isEmptyNode(node) || isTextNode(node)) return
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (!isValidElement<Props>(node)) {
      if (isInvalidChild(node)) samples.push(node as ReactNode)
      return
    }
    const { type, props } = node
    const { children } = props
    if (typeof type === 'string') {
      addSample(type, props)
      if (!READS_CHILDREN.has(type)) visit(children)
    }
    // Such as a part of a component that only its client module has: React refuses it wherever it is shown.
    else if (type == null) samples.push(jsx(type as unknown as ElementType, {}, String(samples.length)))
    // A boundary shows its children, a client component may. Only a component may take data for children.
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
 * React refuses the content of a stylesheet only while it writes the document. The render then returns nothing without
 * an error, and writes the rest of that stylesheet into the next document. So a sample of it must not be rendered.
 */
function refuseLinkWithContent(type: string, { children, dangerouslySetInnerHTML }: Props): void {
  if (type === 'link' && (children != null || dangerouslySetInnerHTML != null))
    throw new Error('link is a void element and cannot have children or `dangerouslySetInnerHTML`.')
}

/** React reads their children as a value, and renders none of them. */
const READS_CHILDREN = new Set(['textarea', 'title', 'script', 'style'])

/** Children are more than nothing even where they are an empty list. */
function getSampleKey(type: string, { children, dangerouslySetInnerHTML }: Props): string {
  return `${type} ${children == null} ${dangerouslySetInnerHTML == null}`
}

/** One that React may refuse, or that it makes text of. Any other is an attribute, or none. */
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

/** Functions are left out: React would encode the bound values of a Server Action. */
function createSample(type: string, { children, ...props }: Props, at: number): ReactElement {
  const sampleProps: Record<string, unknown> = {}
  for (const name in props) if (typeof props[name] !== 'function') sampleProps[name] = props[name]
  if (children != null) sampleProps.children = READS_CHILDREN.has(type) ? toTextOnly(children) : ''
  return jsx(type as ElementType, sampleProps, String(at))
}

/** Only its parts that are text: among the others may be client components. */
function toTextOnly(children: unknown): unknown {
  if (Array.isArray(children)) return children.map(toTextOnly)
  return isEmptyNode(children) || isTextNode(children) ? children : ''
}

function isNode(children: unknown): boolean {
  return Array.isArray(children) ? children.every(isNode) : isTextNode(children) || isValidElement(children)
}

/**
 * Objects that React refuses as children, or may refuse: not every React renders an async iterable. Iterables and its own
 * kinds of nodes may hold client components.
 */
function isInvalidChild(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false
  return !(isReactNode(node) || Symbol.iterator in node)
}
