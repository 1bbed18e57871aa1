/** Bytes between the name of a prop or attribute and the end of its value, beyond the nonce itself. */
const MAX_DISTANCE = 40

/**
 * Whether a fragment's output gives the nonce to something: as a prop or an attribute, also one in a string of HTML,
 * whose name holds the word. The value alone does not count: the sender of the request could name any text of the page
 * as the nonce, and keep the page from being cached.
 *
 * @param payload Flight data
 */
export function hasNonce(payload: Uint8Array, nonce: string): boolean {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  for (let at = bytes.indexOf(nonce); at !== -1; at = bytes.indexOf(nonce, at + 1)) {
    const before = bytes.toString('latin1', Math.max(0, at - MAX_DISTANCE), at)
    if (/nonce[\w-]*[\\"'\s]*[:=][\\"'\s]*$/i.test(before)) return true
  }
  return false
}
