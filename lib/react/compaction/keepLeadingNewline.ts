import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { jsx } from 'react/jsx-runtime'
import { isNonEmptyNode } from './isEmptyNode.ts'
import type { CompactParts } from './reassembleTree.ts'
import { LIST, type Props, type Ref, type ShapeNode, SLOT } from './shape.ts'
import { withChildren } from './withChildren.ts'

/**
 * Protects a newline at the start of a fragment inside a `<pre>`. A parser skips a newline there. React writes a second
 * one only for text that is a direct child of the `<pre>`, and a component stands between the `<pre>` and the text of a
 * fragment. So this function wraps the text in a boundary, which React writes as a comment in front of it.
 *
 * @returns `output` itself where it does not begin with a newline
 */
export function keepLeadingNewline(output: ReactNode): ReactNode {
  if (typeof output === 'string') return startsWithNewline(output) ? wrapInBoundary(output) : output
  if (Array.isArray(output)) {
    const at = output.findIndex(isNonEmptyNode)
    const first = keepLeadingNewline(output[at])
    return first === output[at] ? output : output.with(at, first)
  }
  if (!isValidElement<Props>(output) || output.type !== Fragment) return output
  const children = output.props.children as ReactNode
  const newChildren = keepLeadingNewline(children)
  return newChildren === children ? output : withChildren(output, newChildren)
}

/** Like {@link keepLeadingNewline}, for a compact fragment. Its text becomes the first slot. */
export function keepLeadingNewlineInParts<Form extends CompactParts>(form: Form): Form {
  const { root: before } = form.shape
  // Most fragments begin with an element.
  if (typeof before === 'number' && form.shape.nodes[before - 1]?.[0] !== LIST) return form
  const nodes: ShapeNode[] = [...form.shape.nodes]
  let text: string | undefined
  const root = visit(before)
  if (text === undefined) return form
  return { ...form, shape: { ...form.shape, root, nodes }, slots: [wrapInBoundary(text), ...form.slots] }

  function visit(ref: Ref): Ref {
    if (typeof ref === 'string') {
      if (!startsWithNewline(ref)) return ref
      text = ref
      return SLOT
    }
    const node = ref === null || ref === SLOT ? undefined : nodes[ref - 1]
    if (node?.[0] !== LIST) return ref
    const [type, flags, props, ...children] = node
    const at = children.findIndex((child) => child !== null && child !== '')
    const first = visit(children[at] ?? null)
    return text === undefined ? ref : nodes.push([type, flags, props, ...children.with(at, first)])
  }
}

function startsWithNewline(text: string): boolean {
  return text.startsWith('\n')
}

function wrapInBoundary(text: string): ReactElement {
  return withChildren(jsx(Suspense, {}) as ReactElement<Props>, text)
}
