import { cyrb53 } from '../../core/cyrb53.ts'

/**
 * Hashes a piece of HTML, by which the browser finds its element in the document. {@link hashElement} returns the same
 * hash for the element that a browser has parsed from the HTML. The hash has 53 bits, in base 64. It is not
 * cryptographic: an author of content could construct two pieces of HTML with one hash.
 *
 * @param html HTML as React writes it
 * @returns 9 characters
 */
export function hashHtml(html: string): string {
  return computeHash(canonicalize(html))
}

/** Hashes the content of an element in the document. */
export function hashElement(element: Element): string {
  return computeHash(serializeContent(element))
}

export const HASH_LENGTH = 9
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function computeHash(text: string): string {
  let rest = cyrb53(text)
  let digits = ''
  for (let digit = 0; digit < HASH_LENGTH; digit++) {
    digits += DIGITS[rest % 64]
    rest = Math.floor(rest / 64)
  }
  return digits
}

/**
 * Converts React's HTML to the form of {@link serializeContent}. React escapes `<`, `>` and `"` wherever they are not
 * markup, so a regular expression can separate tags from values.
 */
function canonicalize(html: string): string {
  return html.replaceAll('&#x27;', "'").replace(TAG, canonicalizeTag)
}

const TAG = /<[^>]*[A-Z/][^>]*>/g
const VALUE_OR_CAPITAL = /"[^"]*"|[A-Z]+/g

/** Writes names in lower case, and no slash at the end of a tag. */
function canonicalizeTag(tag: string): string {
  if (tag.startsWith('<!--')) return tag
  const lowerCase = tag.replace(VALUE_OR_CAPITAL, (part) => {
    return part.startsWith('"') ? part : part.toLowerCase()
  })
  return lowerCase.endsWith('/>') ? `${lowerCase.slice(0, -2)}>` : lowerCase
}

const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))

/** Writes the content of an element as HTML. Does not use `innerHTML`, because browsers differ in their attributes. */
function serializeContent(element: Element): string {
  let html = ''
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) html += escapeHtml(node.nodeValue ?? '')
    else if (node.nodeType === Node.COMMENT_NODE) html += `<!--${node.nodeValue}-->`
    else if (node.nodeType === Node.ELEMENT_NODE) html += serializeElement(node as Element)
  }
  return html
}

function serializeElement(element: Element): string {
  const name = element.localName.toLowerCase()
  let tag = `<${name}`
  for (const { name, value } of element.attributes) tag += ` ${name.toLowerCase()}="${escapeHtml(value)}"`
  return VOID.has(name) ? `${tag}>` : `${tag}>${serializeContent(element)}</${name}>`
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
}
