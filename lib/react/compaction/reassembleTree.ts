import { type ElementType, Fragment, type ReactNode } from 'react'
import { jsx, jsxs } from 'react/jsx-runtime'
import { createClientError } from '../createClientError.ts'
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
  SLOT,
} from './shape.ts'

/** An element with HTML or with a behaviour. */
export interface MarkedElement {
  readonly tag: string
  /** Its other props. */
  readonly props: Props | null
  readonly key: string | undefined
  /** The place of its HTML among those of the tree. Absent if it has none. */
  readonly htmlIndex: number | undefined
  /** The place of its behaviours among those of the tree. */
  readonly behavioursIndex: number
}

export type CreateMarkedElement = (element: MarkedElement) => ReactNode

/** A compact fragment without its HTML, which the browser may take from the document. */
export interface CompactParts {
  readonly shape: Shape
  readonly slots: readonly ReactNode[]
}

/**
 * Creates the React tree of a compact fragment. Above every slot the result has the same elements, lists and keys as
 * the original tree. So React cannot distinguish the two, and components keep their state.
 */
export function reassembleTree(
  { shape, slots }: CompactParts,
  createMarkedElement: CreateMarkedElement,
): ReactNode {
  const keys = getKeys(shape)
  let nextKey = 0
  let nextHtml = 0
  let nextBehaviours = 0
  let nextSlot = 0

  function createNode(ref: Ref): ReactNode {
    if (typeof ref !== 'number') return ref
    if (ref === SLOT) return slots[nextSlot++]
    const shapeNode = shape.nodes[ref - 1]
    if (shapeNode === undefined)
      throw createClientError(
        'CC_FRAGMENT_DAMAGED',
        `A stored fragment cannot be put together: its shape has no node ${ref}. Expire it, or clear the store.`,
      )
    const [type, flags, ownProps] = shapeNode
    const key = flags & FLAG_KEY ? keys[nextKey++] : undefined
    if (flags & (FLAG_HTML | FLAG_BEHAVIOUR)) {
      const htmlIndex = flags & FLAG_HTML ? nextHtml++ : undefined
      return createMarkedElement({
        tag: type as string,
        props: ownProps,
        key,
        htmlIndex,
        behavioursIndex: nextBehaviours++,
      })
    }
    const children: ReactNode[] = []
    for (let at = 3; at < shapeNode.length; at++) children.push(createNode(shapeNode[at] as Ref))
    const isOnlyChild = children.length === 1 && (flags & FLAG_LIST) === 0
    return createElement(
      type === LIST ? Fragment : (type as ElementType),
      ownProps,
      isOnlyChild ? children[0] : children,
      key,
    )
  }

  return createNode(shape.root)
}

function createElement(
  type: ElementType,
  props: Props | null,
  children: ReactNode,
  key: string | undefined,
): ReactNode {
  if (!Array.isArray(children)) return jsx(type, { ...props, children }, key)
  if (children.length === 0) return jsx(type, { ...props }, key)
  // The positions of these children are fixed, so they need no keys.
  return jsxs(type, { ...props, children }, key)
}
