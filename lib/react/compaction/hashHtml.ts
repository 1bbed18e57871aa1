import { readField } from './readField.ts'
import { concatTextHashes, createTextHash, finishTextHash, type TextHash } from './textHash.ts'

/**
 * Hashes a piece of HTML, by which the browser finds its element in the document. {@link hashElement} returns the same
 * hash for the element that a browser has parsed from the HTML. The hash has 53 bits, in base 64. It is not
 * cryptographic: an author of content could construct two pieces of HTML with one hash.
 *
 * @param html HTML as React writes it
 * @returns 9 characters
 */
export function hashHtml(html: string): string {
  return finishHtmlHash(createHtmlHash(html))
}

/** A hash of HTML that can become a part of another one. */
export type HtmlHash = TextHash

/**
 * Hashes a part of a piece of HTML. `hashHtml(a + b)` equals
 * `finishHtmlHash(concatHtmlHashes([createHtmlHash(a), createHtmlHash(b)]))`, without reading `a` and `b` again.
 *
 * @param html HTML as React writes it. It must neither begin nor end inside a tag, a comment or an entity.
 */
export function createHtmlHash(html: string): HtmlHash {
  return createTextHash(canonicalize(html))
}

/** Returns the hash of the parts one after the other. The cost does not depend on their lengths. */
export function concatHtmlHashes(hashes: readonly HtmlHash[]): HtmlHash {
  return concatTextHashes(hashes)
}

/** @returns the {@link hashHtml} of the HTML */
export function finishHtmlHash(hash: HtmlHash): string {
  let rest = finishTextHash(hash)
  let digits = ''
  for (let digit = 0; digit < HASH_LENGTH; digit++) {
    // Engines compute the remainder of so large a number slowly.
    const quotient = Math.floor(rest / 64)
    digits += DIGITS[rest - quotient * 64]
    rest = quotient
  }
  return digits
}

/** Hashes the content of an element in the document. */
export function hashElement(element: Element): string {
  return finishHtmlHash(createTextHash(serializeContent(element)))
}

export const HASH_LENGTH = 9
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * Converts React's HTML to the form of {@link serializeContent}: names in lower case, and no slash at the end of a tag.
 * React escapes `<`, `>` and `"` wherever they are not markup, so regular expressions can separate tags from values. Each
 * tag and each entity is converted by itself, so parts can be converted one by one.
 */
function canonicalize(html: string): string {
  const text = html.replaceAll('&#x27;', "'").replaceAll('/>', '>')
  // Most HTML has no such names, and this is faster than a look into each tag.
  return CAPITAL_IN_NAME.test(text) ? text.replace(TAG_WITH_CAPITAL, convertNamesToLowerCase) : text
}

/** Also matches some values. Begins with the space before a name, because a value may have a capital in each place. */
const CAPITAL_IN_NAME = / [^\s"<>=A-Z]*[A-Z][^\s"<>=]*="|<\/?[a-z]+[A-Z]/
const TAG_WITH_CAPITAL = /<[a-z/](?:[^"A-Z>]|"[^"]*")*[A-Z][^>]*>/g
const VALUE_OR_CAPITAL = /"[^"]*"|[A-Z]+/g

function convertNamesToLowerCase(tag: string): string {
  return tag.replace(VALUE_OR_CAPITAL, (part) => (part.startsWith('"') ? part : part.toLowerCase()))
}

/** Elements without content. */
export const VOID_TAGS: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
)

/** Writes the content of an element as HTML. Does not use `innerHTML`, because browsers differ in their attributes. */
function serializeContent(element: Element): string {
  let html = ''
  for (const node of readField(element, 'childNodes')) {
    const type = readField(node, 'nodeType')
    if (type === Node.TEXT_NODE) html += escapeHtml(node.nodeValue ?? '')
    else if (type === Node.COMMENT_NODE) html += `<!--${node.nodeValue}-->`
    else if (type === Node.ELEMENT_NODE) html += serializeElement(node as Element)
  }
  return html
}

function serializeElement(element: Element): string {
  const name = readField(element, 'localName').toLowerCase()
  let tag = `<${name}`
  for (const { name, value } of readField(element, 'attributes'))
    tag += ` ${name.toLowerCase()}="${escapeHtml(value)}"`
  return VOID_TAGS.has(name) ? `${tag}>` : `${tag}>${serializeContent(element)}</${name}>`
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Escapes text and the value of an attribute alike, as React does. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character)
}
