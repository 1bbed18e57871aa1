import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * The header with which a worker proves to a site that it knows the secret: `v1.<time>.<nonce>.<HMAC>`. The time is in
 * milliseconds, in base 36. The HMAC (RFC 2104, SHA-256) covers the text before it, in base64url. A recorded header is
 * refused later, and a second time by the same process.
 */
export const REBUILD_HEADER = 'x-content-cache-rebuild'

/** In characters. A shorter secret could be guessed. */
export const MIN_SECRET_LENGTH = 16

/** Largest accepted difference between the clocks of worker and site, including the time of the transfer. */
const MAX_CLOCK_SKEW_MS = 300_000

export function createRebuildSignature(secret: string, now: number): string {
  const signed = `v1.${Math.floor(now).toString(36)}.${randomBytes(12).toString('base64url')}`
  return `${signed}.${computeHmac(secret, signed).toString('base64url')}`
}

/** @returns the nonce, which identifies a repetition, or the reason for a refusal */
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
  // In constant time, which does not reveal the position of the first difference.
  if (
    providedSignature.byteLength !== expectedSignature.byteLength ||
    !timingSafeEqual(providedSignature, expectedSignature)
  )
    return 'unsigned'
  const age = Math.abs(now - Number.parseInt(time, 36))
  return age <= MAX_CLOCK_SKEW_MS ? { nonce } : 'expired'
}

function computeHmac(secret: string, text: string): Buffer {
  // The same secret signs other texts. The prefix makes a signature valid for this purpose only.
  return createHmac('sha256', secret).update(`react-cache-content rebuild\n${text}`).digest()
}
