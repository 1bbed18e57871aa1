import { Fragment, isValidElement, type ReactElement, Suspense } from 'react'
import { prerenderedByProps } from '../prerendered.ts'
import { convertRawHtml } from '../rawHtml/convertRawHtml.ts'
import type { CompactTree } from './compactTree.ts'
import type { ConvertMarkup } from './convertMarkup.ts'
import { type DynamicPartCounter, getDynamicPartName } from './dynamicPartCounter.ts'
import { isEmbeddedTree } from './embeddedTree.ts'
import { getImagePreload, type ImagePreload } from './imagePreload.ts'
import { isEmptyNode, isTextNode } from './isEmptyNode.ts'
import { getWellFormedHtml, isOpaque, isParsedAsWritten, isPlainElement } from './isPlainElement.ts'
import {
  AT_ROOT,
  areTagsParsedInPlace,
  getChildContext,
  isParsedInPlace,
  isTextParsedInPlace,
  listTags,
  type ParserContext,
} from './parserContext.ts'
import type { Props } from './shape.ts'

interface DynamicElements {
  readonly dynamicElements: ReadonlySet<ReactElement>
  /** The names of all elements that are inside of others. */
  readonly tagsInside: ReadonlySet<string>
  /** The images that React preloads when it renders them. */
  readonly preloads: readonly ImagePreload[]
}

interface Conversions {
  /** The elements that can be written as HTML in another form: client components, and elements with raw HTML. */
  readonly conversions: ReadonlyMap<ReactElement, ReactElement<Props>>
  /** The elements whose raw HTML has no other form, and the reasons. */
  readonly obstacles: ReadonlyMap<ReactElement, string>
  /** Set if no element has another form. The walk has then found what {@link findDynamicElements} would find. */
  readonly dynamic: DynamicElements | undefined
}

/**
 * Finds the elements that cannot be written as HTML, because of themselves or of their content. Walks the tree once.
 *
 * @param counter counts the reasons
 * @param obstacles the reasons for elements with raw HTML
 */
export function findDynamicElements(
  root: unknown,
  counter: DynamicPartCounter,
  obstacles: Conversions['obstacles'],
): DynamicElements {
  const walk = new DynamicElementWalk({ counter, obstacles })
  walk.isPlain(root, AT_ROOT)
  return walk
}

/**
 * Finds the elements that can be written as HTML in another form. Walks the tree once.
 *
 * @param counter counts the reasons, as {@link findDynamicElements} does
 */
export function findConversions(
  root: unknown,
  counter: DynamicPartCounter,
  options: ConversionOptions,
): Conversions {
  const walk = new DynamicElementWalk({ convert: keepComponent, ...options, counter })
  walk.isPlain(root, AT_ROOT)
  return walk
}

const keepComponent: ConvertMarkup = () => undefined

export interface ConversionOptions {
  /** Finds the client components that can be written as HTML. */
  readonly convert?: ConvertMarkup
  /** Whether elements with raw HTML stay as they are. */
  readonly keepsRawHtml?: boolean
}

interface WalkOptions extends ConversionOptions {
  readonly counter: DynamicPartCounter
  readonly obstacles?: Conversions['obstacles']
}

const NONE: ReadonlySet<never> = new Set<never>()
const NO_ENTRIES: ReadonlyMap<never, never> = new Map<never, never>()

class DynamicElementWalk implements DynamicElements, Conversions {
  readonly #options: WalkOptions
  #conversions: Map<ReactElement, ReactElement<Props>> | undefined
  #refused: Set<ReactElement> | undefined
  #obstacles: Map<ReactElement, string> | undefined
  #dynamicElements: Set<ReactElement> | undefined
  #tagsInside: Set<string> | undefined
  #preloads: ImagePreload[] | undefined
  /** The opaque elements around. Their content is not changed. */
  #opaqueDepth = 0
  #hasTriedForms = false

  constructor(options: WalkOptions) {
    this.#options = options
  }

  get conversions(): Conversions['conversions'] {
    return this.#conversions ?? NO_ENTRIES
  }

  get obstacles(): Conversions['obstacles'] {
    return this.#obstacles ?? NO_ENTRIES
  }

  get dynamic(): DynamicElements | undefined {
    return this.#hasTriedForms ? undefined : this
  }

  get dynamicElements(): ReadonlySet<ReactElement> {
    return this.#dynamicElements ?? NONE
  }

  get tagsInside(): ReadonlySet<string> {
    return this.#tagsInside ?? NONE
  }

  get preloads(): readonly ImagePreload[] {
    return this.#preloads ?? []
  }

  isPlain(node: unknown, context: ParserContext): boolean {
    if (isEmptyNode(node)) return true
    if (isTextNode(node)) return isPlainText(String(node), context)
    if (Array.isArray(node)) return this.#arePlain(node, context)
    if (!isValidElement<Props>(node)) {
      this.#count('a value that is not an element')
      return false
    }
    if (isEmbeddedTree(node)) return this.#isPlainTree(node.props.tree, context)
    const { type, props } = node
    if (type === Fragment) return this.isPlain(props.children, context)
    if (typeof type !== 'string') {
      if (type === Suspense) {
        this.isPlain(props.children, context)
        return false
      }
      const markup = this.#opaqueDepth === 0 ? this.#options.convert?.(node) : undefined
      if (markup !== undefined) this.#hasTriedForms = true
      if (markup !== undefined && this.#isPlainMarkup(markup, context)) {
        this.#addConversion(node, markup)
        return typeof markup.type !== 'string' || isParsedInPlace(markup.type, context)
      }
      if (markup !== undefined) this.#refuseConversion(node)
      this.#count(this.#getComponentName(node))
      return false
    }
    if (context.parent !== '') this.#addTag(type)
    const preload = type === 'img' ? getImagePreload(props) : undefined
    // A `<picture>` may be around the fragment, in which React preloads no image.
    const mayBeInPicture = preload !== undefined && !preload.preloadsItself && context.parent === ''
    if (!mayBeInPicture) this.#addPreload(preload)
    const preloadCount = this.preloads.length
    const childContext = getChildContext(type, context)
    const html = getWellFormedHtml(props)
    if (html === undefined && this.#convertsRawHtml(node, context)) return isParsedInPlace(type, context)
    const opaque = isOpaque(type)
    if (opaque) this.#opaqueDepth++
    const contentIsPlain =
      html === undefined
        ? this.isPlain(props.children, childContext)
        : this.#isPlainHtml(html.__html, childContext)
    if (opaque) this.#opaqueDepth--
    // React preloads no images in `<picture>` and `<noscript>`, and sees those in other opaque elements itself.
    if (type === 'picture' || opaque) this.#keepOwnPreloads(preloadCount)
    const isPlainItself = !mayBeInPicture && isPlainElement(type, props, context)
    if (!isPlainItself) this.#count(this.#getObstacle(node) ?? `<${type}>`)
    const plain = isPlainItself && contentIsPlain
    if (!plain) {
      this.#dynamicElements ??= new Set()
      this.#dynamicElements.add(node)
    }
    // A parser would move this element, so its parent is dynamic. Its own content can still be HTML.
    return plain && isParsedInPlace(type, context)
  }

  #convertsRawHtml(node: ReactElement<Props>, context: ParserContext): boolean {
    const { convert, keepsRawHtml } = this.#options
    if (convert === undefined || keepsRawHtml || this.#opaqueDepth > 0) return false
    const converted = convertRawHtml(node, context)
    if (converted?.element !== undefined) {
      this.#hasTriedForms = true
      this.#addConversion(node, converted.element)
      return true
    }
    if (converted !== undefined) {
      this.#refuseConversion(node)
      this.#obstacles ??= new Map()
      this.#obstacles.set(node, `<${node.type} dangerouslySetInnerHTML> (${converted.obstacle})`)
    }
    return false
  }

  #addConversion(node: ReactElement, converted: ReactElement<Props>): void {
    if (this.#refused?.has(node)) return
    this.#conversions ??= new Map()
    this.#conversions.set(node, converted)
  }

  /** One element may be in several places. It is replaced in all of them or in none. */
  #refuseConversion(node: ReactElement): void {
    this.#refused ??= new Set()
    this.#refused.add(node)
    this.#conversions?.delete(node)
  }

  /** Whether HTML of this library stays in place. */
  #isPlainHtml(html: string, context: ParserContext): boolean {
    const tags = listTags(html)
    for (const tag of tags) this.#addTag(tag)
    return areTagsParsedInPlace(tags, context)
  }

  /** Whether markup can be written as HTML, whatever a parser does with it in this place. */
  #isPlainMarkup(markup: ReactElement<Props>, context: ParserContext): boolean {
    const isPlain = this.isPlain(markup, context)
    // Several elements at once are only taken where a parser leaves all of them.
    return typeof markup.type === 'string' ? !this.dynamicElements.has(markup) : isPlain
  }

  #getComponentName({ type, props }: ReactElement<Props>): string {
    const name = getDynamicPartName(type)
    const obstacle = prerenderedByProps.get(props)?.obstacle
    return obstacle === undefined ? name : `${name} (${obstacle})`
  }

  /** An embedded tree has been walked before, at the root of its own fragment. */
  #isPlainTree({ plainTags, dynamicParts }: CompactTree, context: ParserContext): boolean {
    for (const { name, count } of dynamicParts) this.#count(name, count)
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

  #addPreload(preload: ImagePreload | undefined): void {
    if (preload === undefined) return
    this.#preloads ??= []
    this.#preloads.push(preload)
  }

  /** Keeps those of the preloads from `start` on that a component makes. */
  #keepOwnPreloads(start: number): void {
    const inside = this.#preloads?.splice(start) ?? []
    for (const preload of inside) if (preload.preloadsItself) this.#addPreload(preload)
  }

  #getObstacle(node: ReactElement): string | undefined {
    return this.#obstacles?.get(node) ?? this.#options.obstacles?.get(node)
  }

  #count(name: string, times?: number): void {
    this.#options.counter.add(name, times)
  }

  #addTag(tag: string): void {
    this.#tagsInside ??= new Set()
    this.#tagsInside.add(tag)
  }
}

function isPlainText(text: string, context: ParserContext): boolean {
  return isParsedAsWritten(text) && (text === '' || isTextParsedInPlace(context))
}
