/** Bytes before the nonce in which the name of its prop or attribute may be. */
const MAX_DISTANCE = 40

/**
 * Whether a fragment's output contains the nonce as the value of a prop or attribute with "nonce" in its name. The
 * attribute may be in a string of HTML. The value alone does not count: the sender of a request could choose any text
 * of the page as nonce, and so keep the page from being cached.
 *
 * @param payload a stored fragment
 */
export function hasNonce(payload: Uint8Array, nonce: string): boolean {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  for (let at = bytes.indexOf(nonce); at !== -1; at = bytes.indexOf(nonce, at + 1)) {
    const before = bytes.toString('latin1', Math.max(0, at - MAX_DISTANCE), at)
    if (/nonce[\w-]*[\\"'\s]*[:=][\\"'\s]*$/i.test(before)) return true
  }
  return false
}
