import { Fragment, isValidElement, type ReactElement, Suspense } from 'react'
import {
  AT_ROOT,
  allStayInPlace,
  inside,
  type Surroundings,
  staysInPlace,
  textStaysInPlace,
} from './htmlNesting.ts'
import { type KeptParts, nameOfKept } from './keptParts.ts'
import { isNothing, isText } from './nodes.ts'
import { isParsedAsWritten, isPlainElement, wellFormedHtml } from './plainElements.ts'
import type { Props } from './shape.ts'

/**
 * The elements that cannot be written as HTML, themselves or for what is inside, in one walk of the tree.
 *
 * @param kept is told what keeps them from it
 */
export function mixedElements(root: unknown, kept?: KeptParts): Set<ReactElement> {
  const mixed = new Set<ReactElement>()
  isPlain(root, AT_ROOT)
  return mixed

  function isPlain(node: unknown, around: Surroundings): boolean {
    if (isNothing(node)) return true
    if (isText(node)) return textIsPlain(String(node), around)
    if (Array.isArray(node)) return arePlain(node, around)
    if (!isValidElement<Props>(node)) {
      kept?.note('a value that is no element')
      return false
    }
    const { type, props } = node
    if (type === Fragment) return isPlain(props.children, around)
    if (typeof type !== 'string') {
      if (type === Suspense) isPlain(props.children, around)
      else kept?.note(nameOfKept(type))
      return false
    }
    const within = inside(type, around)
    const html = wellFormedHtml(props)
    const contentIsPlain = html === undefined ? isPlain(props.children, within) : allStayInPlace(html, within)
    const isPlainItself = isPlainElement(type, props, around)
    if (!isPlainItself) kept?.note(`<${type}>`)
    const plain = isPlainItself && contentIsPlain
    if (!plain) mixed.add(node)
    // Not for its own sake: its content can be parsed, it cannot.
    return plain && staysInPlace(type, around)
  }

  /** All of them, as each is asked for later. */
  function arePlain(nodes: readonly unknown[], around: Surroundings): boolean {
    let plain = true
    for (const node of nodes) if (!isPlain(node, around)) plain = false
    return plain
  }
}

function textIsPlain(text: string, around: Surroundings): boolean {
  return isParsedAsWritten(text) && (text === '' || textStaysInPlace(around))
}
