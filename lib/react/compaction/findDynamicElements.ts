import { Fragment, isValidElement, type ReactElement, Suspense } from 'react'
import { type DynamicPartCounter, getDynamicPartName } from './dynamicPartCounter.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getWellFormedHtml, isParsedAsWritten, isPlainElement } from './isPlainElement.ts'
import {
  AT_ROOT,
  areAllParsedInPlace,
  getChildContext,
  isParsedInPlace,
  isTextParsedInPlace,
  type ParserContext,
} from './parserContext.ts'
import type { Props } from './shape.ts'

/**
 * Finds the elements that cannot be written as HTML, because of themselves or of their content. Walks the tree once.
 *
 * @param counter counts the reasons
 */
export function findDynamicElements(root: unknown, counter?: DynamicPartCounter): Set<ReactElement> {
  const dynamicElements = new Set<ReactElement>()
  isPlain(root, AT_ROOT)
  return dynamicElements

  function isPlain(node: unknown, context: ParserContext): boolean {
    if (isEmptyNode(node)) return true
    if (isTextNode(node)) return isPlainText(String(node), context)
    if (Array.isArray(node)) return arePlain(node, context)
    if (!isValidElement<Props>(node)) {
      counter?.add('a value that is not an element')
      return false
    }
    const { type, props } = node
    if (type === Fragment) return isPlain(props.children, context)
    if (typeof type !== 'string') {
      if (type === Suspense) isPlain(props.children, context)
      else counter?.add(getDynamicPartName(type))
      return false
    }
    const childContext = getChildContext(type, context)
    const html = getWellFormedHtml(props)
    const contentIsPlain =
      html === undefined ? isPlain(props.children, childContext) : areAllParsedInPlace(html, childContext)
    const isPlainItself = isPlainElement(type, props, context)
    if (!isPlainItself) counter?.add(`<${type}>`)
    const plain = isPlainItself && contentIsPlain
    if (!plain) dynamicElements.add(node)
    // A parser would move this element, so its parent is dynamic. Its own content can still be HTML.
    return plain && isParsedInPlace(type, context)
  }

  /** Visits every node even after a dynamic one, because the result must have all dynamic elements. */
  function arePlain(nodes: readonly unknown[], context: ParserContext): boolean {
    let plain = true
    for (const node of nodes) if (!isPlain(node, context)) plain = false
    return plain
  }
}

function isPlainText(text: string, context: ParserContext): boolean {
  return isParsedAsWritten(text) && (text === '' || isTextParsedInPlace(context))
}
