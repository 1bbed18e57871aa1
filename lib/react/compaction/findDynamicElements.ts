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

interface DynamicElements {
  readonly dynamicElements: ReadonlySet<ReactElement>
  /** The names of all elements that are inside of others. */
  readonly tagsInside: ReadonlySet<string>
}

/**
 * Finds the elements that cannot be written as HTML, because of themselves or of their content. Walks the tree once.
 *
 * @param counter counts the reasons
 */
export function findDynamicElements(root: unknown, counter?: DynamicPartCounter): DynamicElements {
  const walk = new DynamicElementWalk(counter)
  walk.isPlain(root, AT_ROOT)
  return walk
}

const NONE: ReadonlySet<never> = new Set<never>()

class DynamicElementWalk implements DynamicElements {
  readonly #counter: DynamicPartCounter | undefined
  #dynamicElements: Set<ReactElement> | undefined
  #tagsInside: Set<string> | undefined

  constructor(counter: DynamicPartCounter | undefined) {
    this.#counter = counter
  }

  get dynamicElements(): ReadonlySet<ReactElement> {
    return this.#dynamicElements ?? NONE
  }

  get tagsInside(): ReadonlySet<string> {
    return this.#tagsInside ?? NONE
  }

  isPlain(node: unknown, context: ParserContext): boolean {
    if (isEmptyNode(node)) return true
    if (isTextNode(node)) return isPlainText(String(node), context)
    if (Array.isArray(node)) return this.#arePlain(node, context)
    if (!isValidElement<Props>(node)) {
      this.#counter?.add('a value that is not an element')
      return false
    }
    if (isEmbeddedTree(node)) return this.#isPlainTree(node.props.tree, context)
    const { type, props } = node
    if (type === Fragment) return this.isPlain(props.children, context)
    if (typeof type !== 'string') {
      if (type === Suspense) this.isPlain(props.children, context)
      else this.#counter?.add(getDynamicPartName(type))
      return false
    }
    if (context.parent !== '') this.#addTag(type)
    const childContext = getChildContext(type, context)
    const html = getWellFormedHtml(props)
    const contentIsPlain =
      html === undefined
        ? this.isPlain(props.children, childContext)
        : areAllParsedInPlace(html, childContext)
    const isPlainItself = isPlainElement(type, props, context)
    if (!isPlainItself) this.#counter?.add(`<${type}>`)
    const plain = isPlainItself && contentIsPlain
    if (!plain) {
      this.#dynamicElements ??= new Set()
      this.#dynamicElements.add(node)
    }
    // A parser would move this element, so its parent is dynamic. Its own content can still be HTML.
    return plain && isParsedInPlace(type, context)
  }

  /** An embedded tree has been walked before, at the root of its own fragment. */
  #isPlainTree({ plainTags, dynamicParts }: CompactTree, context: ParserContext): boolean {
    for (const { name, count } of dynamicParts) this.#counter?.add(name, count)
    if (plainTags === undefined) return false
    if (context.parent !== '') for (const tag of plainTags.atRoot) this.#addTag(tag)
    for (const tag of plainTags.inside) this.#addTag(tag)
    return plainTags.atRoot.every(
      (tag) =>
        isParsedInPlace(tag, context) &&
        areTagsParsedInPlace(plainTags.inside, getChildContext(tag, context)),
    )
  }

  /** Visits every node even after a dynamic one, because the result must have all dynamic elements. */
  #arePlain(nodes: readonly unknown[], context: ParserContext): boolean {
    let plain = true
    for (const node of nodes) if (!this.isPlain(node, context)) plain = false
    return plain
  }

  #addTag(tag: string): void {
    this.#tagsInside ??= new Set()
    this.#tagsInside.add(tag)
  }
}

function isPlainText(text: string, context: ParserContext): boolean {
  return isParsedAsWritten(text) && (text === '' || isTextParsedInPlace(context))
}
