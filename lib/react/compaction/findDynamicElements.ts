import { Fragment, isValidElement, type ReactElement, Suspense } from 'react'
import type { CompactTree } from './compactTree.ts'
import { type DynamicPartCounter, getDynamicPartName } from './dynamicPartCounter.ts'
import { isEmbeddedTree } from './embeddedTree.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getWellFormedHtml, isParsedAsWritten, isPlainElement } from './isPlainElement.ts'
import {
  AT_ROOT,
  areAllParsedInPlace,
  areTagsParsedInPlace,
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
export function findDynamicElements(root: unknown, counter?: DynamicPartCounter) {
  const dynamicElements = new Set<ReactElement>()
  /** The names of all elements that are inside of others. */
  const tagsInside = new Set<string>()
  isPlain(root, AT_ROOT)
  return { dynamicElements, tagsInside }

  function isPlain(node: unknown, context: ParserContext): boolean {
    if (isEmptyNode(node)) return true
    if (isTextNode(node)) return isPlainText(String(node), context)
    if (Array.isArray(node)) return arePlain(node, context)
    if (!isValidElement<Props>(node)) {
      counter?.add('a value that is not an element')
      return false
    }
    if (isEmbeddedTree(node)) return isPlainTree(node.props.tree, context)
    const { type, props } = node
    if (type === Fragment) return isPlain(props.children, context)
    if (typeof type !== 'string') {
      if (type === Suspense) isPlain(props.children, context)
      else counter?.add(getDynamicPartName(type))
      return false
    }
    if (context.parent !== '') tagsInside.add(type)
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

  /** An embedded tree has been walked before, at the root of its own fragment. */
  function isPlainTree({ plainTags, dynamicParts }: CompactTree, context: ParserContext): boolean {
    for (const { name, count } of dynamicParts) counter?.add(name, count)
    if (plainTags === undefined) return false
    if (context.parent !== '') for (const tag of plainTags.atRoot) tagsInside.add(tag)
    for (const tag of plainTags.inside) tagsInside.add(tag)
    return plainTags.atRoot.every(
      (tag) =>
        isParsedInPlace(tag, context) &&
        areTagsParsedInPlace(plainTags.inside, getChildContext(tag, context)),
    )
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
