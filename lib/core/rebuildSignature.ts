import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * How a worker shows a site that it knows the secret, without sending it: `v1.<time>.<nonce>.<HMAC>`, the time in
 * milliseconds in base 36, the HMAC of what precedes it (RFC 2104, SHA-256) in base64url. Whoever records one can
 * use it neither later nor, at the same process, twice.
 */
export const REBUILD_HEADER = 'x-content-cache-rebuild'

/** Characters. A shorter one could be guessed. */
export const MIN_SECRET_LENGTH = 16

/** Milliseconds by which the clocks of worker and site may differ, the way included. */
const MAX_CLOCK_SKEW_MS = 300_000

export function createRebuildSignature(secret: string, now: number): string {
  const signed = `v1.${Math.floor(now).toString(36)}.${randomBytes(12).toString('base64url')}`
  return `${signed}.${computeHmac(secret, signed).toString('base64url')}`
}

/** @returns the nonce, by which a repetition is known, or what is wrong */
export function verifyRebuildSignature(
  secret: string,
  header: string,
  now: number,
): { readonly nonce: string } | 'unsigned' | 'expired' {
  const parts = header.length > 200 ? [] : header.split('.')
  const [version, time = '', nonce = '', encodedSignature = ''] = parts
  if (parts.length !== 4 || version !== 'v1') return 'unsigned'
  const expectedSignature = computeHmac(secret, `v1.${time}.${nonce}`)
  const providedSignature = Buffer.from(encodedSignature, 'base64url')
  // Compared in a time that tells nothing of where they differ.
  if (
    providedSignature.byteLength !== expectedSignature.byteLength ||
    !timingSafeEqual(providedSignature, expectedSignature)
  )
    return 'unsigned'
  const age = Math.abs(now - Number.parseInt(time, 36))
  return age <= MAX_CLOCK_SKEW_MS ? { nonce } : 'expired'
}

function computeHmac(secret: string, text: string): Buffer {
  // Other texts are sealed with the same secret; what is signed for one purpose must not do for another.
  return createHmac('sha256', secret).update(`react-cache-content rebuild\n${text}`).digest()
}
