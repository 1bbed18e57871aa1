/**
 * A short name of a piece of HTML: equal for what React writes and what a browser makes of it. By it the text
 * is found again in the page when all else is lost. It tells apart, it does not protect.
 *
 * The hash is cyrb53 (bryc, public domain): 53 bits, here in base 64.
 *
 * @returns 9 characters
 */
export function markOf(html: string): string {
  const text = normalised(html)
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  let hash = 4294967296 * (0x1fffff & low) + (high >>> 0)
  let mark = ''
  for (let digit = 0; digit < MARK_LENGTH; digit++) {
    mark += DIGITS[hash % 64]
    hash = Math.floor(hash / 64)
  }
  return mark
}

export const MARK_LENGTH = 9
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&nbsp;': '\u00a0',
}

/**
 * Browsers write fewer entities than React does, attribute names in small letters, and no slash in `<br/>`.
 */
function normalised(html: string): string {
  return html
    .replace(/&(?:amp|lt|gt|quot|#x27|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll('/>', '>')
    .toLowerCase()
}
