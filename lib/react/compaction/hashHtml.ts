import { cyrb53 } from '../../core/cyrb53.ts'

/**
 * A short name of a piece of HTML, the same for React's writing of it and for what a browser has made of it. By
 * it the text is found again in the page when all else is lost. It tells apart, it does not protect: who writes
 * content could, with effort, make two pieces of one name.
 *
 * It is a hash of 53 bits in base 64.
 *
 * @param html as React writes it
 * @returns 9 characters
 */
export function hashHtml(html: string): string {
  return computeHash(canonicalize(html))
}

/** The mark of what an element contains. */
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
 * React's HTML in the form of {@link serializeContent}. React escapes `<`, `>` and `"` wherever they are not markup, so a regular
 * expression can separate tags from values.
 */
function canonicalize(html: string): string {
  return html.replaceAll('&#x27;', "'").replace(TAG, canonicalizeTag)
}

const TAG = /<[^>]*[A-Z/][^>]*>/g
const VALUE_OR_CAPITAL = /"[^"]*"|[A-Z]+/g

/** Names in small letters, and no slash at the end of a tag. */
function canonicalizeTag(tag: string): string {
  if (tag.startsWith('<!--')) return tag
  const small = tag.replace(VALUE_OR_CAPITAL, (part) => (part.startsWith('"') ? part : part.toLowerCase()))
  return small.endsWith('/>') ? `${small.slice(0, -2)}>` : small
}

const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))

/** What an element contains, read from its nodes: browsers differ in how they write attributes. */
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
