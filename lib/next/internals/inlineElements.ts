import { isValidElement, type ReactNode } from 'react'
import {
  getClientReferenceId,
  hasDebugInfo,
  isLazy,
  readLazy,
  toFlightModel,
} from '../../react/reactInternals.ts'

/**
 * Writes the elements of client components as Flight itself writes elements: as a list that begins with their symbol. Flight then
 * encodes them in place. It gives each element of a large list a row and a lazy node of its own, which costs the server and the
 * browser more than the element itself. The result is decoded to elements.
 *
 * In development the elements stay, with the information where they were created.
 *
 * @param nodes nodes of a tree that Flight has decoded or can encode
 */
export function inlineElements(nodes: readonly ReactNode[]): readonly ReactNode[] {
  return nodes.map((node) => {
    if (!isValidElement(node) || hasDebugInfo(node)) return node
    const component = readClientReference(node.type)
    if (component === undefined) return node
    return toFlightModel(node, component) as ReactNode
  })
}

/** @returns nothing for a type that is no client component, or that cannot be read yet */
function readClientReference(type: unknown): object | undefined {
  try {
    const component = isLazy(type) ? readLazy(type) : type
    const isObject = typeof component === 'function' || (typeof component === 'object' && component !== null)
    return isObject && getClientReferenceId(component) !== undefined ? component : undefined
  } catch {
    return undefined
  }
}
