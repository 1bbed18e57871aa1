import { Fragment, isValidElement, type ReactElement, type ReactNode, Suspense } from 'react'
import { jsx } from 'react/jsx-runtime'
import type { Parts } from './assemble.ts'
import { isNothing } from './nodes.ts'
import { withChildren } from './settled.ts'
import { HOLE, LIST, type Props, type Ref, type ShapeNode } from './shape.ts'

/**
 * A parser skips a newline at the start of a `<pre>`. React writes a second one where the `<pre>` has text of its own.
 * To React the text of a fragment is not that: a component stands between. So the text gets a boundary of its own,
 * which React writes as a comment in front of it.
 *
 * @returns the same output where it does not begin with a newline
 */
export function keepNewline(output: ReactNode): ReactNode {
  if (typeof output === 'string') return isNewlineFirst(output) ? inBoundary(output) : output
  if (Array.isArray(output)) {
    const at = output.findIndex(isSomething)
    const first = keepNewline(output[at])
    return first === output[at] ? output : output.with(at, first)
  }
  if (!isValidElement<Props>(output) || output.type !== Fragment) return output
  const children = output.props.children as ReactNode
  const kept = keepNewline(children)
  return kept === children ? output : withChildren(output, kept)
}

/** The same for a compact fragment. Its text becomes the first of the holes. */
export function keepNewlineInParts<Form extends Parts>(form: Form): Form {
  const { root: before } = form.shape
  // Most begin with an element.
  if (typeof before === 'number' && form.shape.nodes[before - 1]?.[0] !== LIST) return form
  const nodes: ShapeNode[] = [...form.shape.nodes]
  let text: string | undefined
  const root = visit(before)
  if (text === undefined) return form
  return { ...form, shape: { ...form.shape, root, nodes }, holes: [inBoundary(text), ...form.holes] }

  function visit(ref: Ref): Ref {
    if (typeof ref === 'string') {
      if (!isNewlineFirst(ref)) return ref
      text = ref
      return HOLE
    }
    const node = ref === null || ref === HOLE ? undefined : nodes[ref - 1]
    if (node?.[0] !== LIST) return ref
    const [type, takes, props, ...children] = node
    const at = children.findIndex((child) => child !== null && child !== '')
    const first = visit(children[at] ?? null)
    return text === undefined ? ref : nodes.push([type, takes, props, ...children.with(at, first)])
  }
}

function isNewlineFirst(text: string): boolean {
  return text.startsWith('\n')
}

function isSomething(node: unknown): boolean {
  return !isNothing(node) && node !== ''
}

function inBoundary(text: string): ReactElement {
  return withChildren(jsx(Suspense, {}) as ReactElement<Props>, text)
}
