import { type ElementType, Fragment, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { HOLE, LIST, type Props, type Ref, type Shape, TAKES_HTML, TAKES_KEY, TAKES_LIST } from './shape.ts'

/** The props by which an element shows the HTML at `index`. */
export type HtmlProps = (index: number, tag: string) => Props

/** What an element is to be made of, beside its shape. */
export interface Parts {
  readonly shape: Shape
  readonly holes: readonly ReactNode[]
}

/**
 * Puts a compact fragment together again. The result has the same elements, lists and keys above every hole as
 * the tree that was made compact, so React takes one for the other and components keep their state.
 */
export function assemble({ shape, holes }: Parts, html: HtmlProps): ReactNode {
  const keys = typeof shape.keys === 'string' ? shape.keys.split(',') : shape.keys
  let nextKey = 0
  let nextHtml = 0
  let nextHole = 0

  function node(ref: Ref): ReactNode {
    if (typeof ref !== 'number') return ref
    if (ref === HOLE) return holes[nextHole++]
    const found = shape.nodes[ref - 1]
    if (found === undefined) throw new Error(`The shape has no node ${ref}.`)
    const [type, takes, ownProps] = found
    const key = takes & TAKES_KEY ? keys[nextKey++] : undefined
    if (takes & TAKES_HTML) {
      return jsx(type as ElementType, { ...ownProps, ...html(nextHtml++, type as string) }, key)
    }
    const children: ReactNode[] = []
    for (let at = 3; at < found.length; at++) children.push(node(found[at] as Ref))
    const ofOne = children.length === 1 && (takes & TAKES_LIST) === 0
    return element(
      type === LIST ? Fragment : (type as ElementType),
      ownProps,
      ofOne ? children[0] : children,
      key,
    )
  }

  return node(shape.root)
}

function element(
  type: ElementType,
  props: Props | null,
  children: ReactNode,
  key: string | undefined,
): ReactNode {
  if (!Array.isArray(children)) return jsx(type, { ...props, children }, key)
  if (children.length === 0) return jsx(type, { ...props }, key)
  // These are in fixed places, and need no keys.
  return jsxs(type, { ...props, children }, key)
}
