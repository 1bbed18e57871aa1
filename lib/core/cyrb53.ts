/**
 * A hash of 53 bits that distinguishes texts. It is not secure, because collisions can be constructed. It costs a
 * fraction of a cryptographic hash, and also runs in browsers.
 *
 * Source: cyrb53 by bryc, public domain.
 *
 * @returns a whole number below 2⁵³
 */
export function cyrb53(text: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return 4294967296 * (0x1fffff & low) + (high >>> 0)
}
