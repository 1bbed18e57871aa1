import { type DefaultTreeAdapterTypes, html } from 'parse5'
import { escapeHtml, VOID_TAGS } from '../compaction/hashHtml.ts'
import { HtmlObstacle } from './htmlObstacle.ts'
import { isAttributeName, isKnownAttribute, isKnownTag, isTextOnlyTag } from './isKnownTag.ts'

type ChildNode = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

/** A browser makes an element that is deeper than 512 a sibling of its parent, and the elements around the HTML count too. */
export const MAX_DEPTH = 100

/**
 * Writes nodes as React would write them, so that `hashHtml` finds their HTML in a document again.
 *
 * @param parent the name of the element around them in the HTML
 * @param depth of the nodes
 * @throws {HtmlObstacle} for nodes that HTML of this library must not contain
 */
export function writeHtml(nodes: readonly ChildNode[], parent = '', depth = 0): string {
  if (depth > MAX_DEPTH) throw new HtmlObstacle('too deep')
  let text = ''
  for (const node of nodes) {
    if ('tagName' in node) text += writeElement(node, parent, depth)
    else if ('value' in node) text += escapeHtml(checkCharacters(node.value))
    else if ('data' in node) text += `<!--${checkComment(node.data)}-->`
  }
  return text
}

function writeElement(element: Element, parent: string, depth: number): string {
  const { tagName: tag, namespaceURI, childNodes } = element
  const isHtml = namespaceURI === html.NS.HTML
  if (!isKnownTag(tag, parent, isHtml)) throw new HtmlObstacle(describeTag(tag))
  let startTag = `<${tag}`
  for (const attribute of element.attrs) {
    const name = attribute.prefix ? `${attribute.prefix}:${attribute.name}` : attribute.name
    if (!isKnownAttribute(name, attribute.value)) throw new HtmlObstacle(describeAttribute(name))
    startTag += ` ${name}="${escapeHtml(checkCharacters(attribute.value))}"`
  }
  if (isHtml && VOID_TAGS.has(tag)) return `${startTag}>`
  checkContent(element, isHtml)
  return `${startTag}>${writeHtml(childNodes, tag, depth + 1)}</${tag}>`
}

/** The name of a standard element. Others could have any number of names. */
function describeTag(tag: string): string {
  if (tag.includes('-')) return 'custom element'
  return /^[a-z]\w{0,15}$/i.test(tag) ? tag : 'unknown element'
}

function describeAttribute(name: string): string {
  return isAttributeName(name) ? `attribute ${name}` : 'name of an attribute'
}

function checkContent({ tagName: tag, childNodes }: Element, isHtml: boolean): void {
  const [first] = childNodes
  if (first === undefined) return
  const text = 'value' in first ? first.value : undefined
  // A browser writes one newline where a parser skips one.
  if (isHtml && (tag === 'pre' || tag === 'textarea') && text?.startsWith('\n'))
    throw new HtmlObstacle(`newline at the start of ${tag}`)
  // Entities are text there.
  if (isHtml && tag === 'iframe' && text !== undefined && escapeHtml(text) !== text)
    throw new HtmlObstacle('iframe')
  if (!isHtml && isTextOnlyTag(tag) && childNodes.some((node) => 'tagName' in node))
    throw new HtmlObstacle(tag)
}

/** A browser drops or replaces these, or not in every place. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are meant
const UNSAFE_CHARACTERS = /[\0-\x08\v\f\x0d-\x1f\x7f-\x9f\ufeff\p{Surrogate}]/u

/** @throws {HtmlObstacle} for text with a character that not every parser keeps */
export function checkCharacters(text: string): string {
  if (UNSAFE_CHARACTERS.test(text)) throw new HtmlObstacle('control character')
  return text
}

/** Markup in a comment would be hashed as markup. A single space is a comment that React writes between texts. */
function checkComment(data: string): string {
  if (data === ' ' || /[<>&]/.test(data)) throw new HtmlObstacle('comment')
  return checkCharacters(data)
}
