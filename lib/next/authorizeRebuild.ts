import { LRUCache } from 'lru-cache'
import type { RebuildRefusal } from '../core/events.ts'
import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { verifyRebuildSignature } from '../core/rebuildSignature.ts'
import { createTokenBucket } from '../core/tokenBucket.ts'

/** The most requests granted at once. A worker sends a few dozen. */
const BURST = 200
/** Requests that may be granted each second after that. */
const REFILL_PER_SECOND = 100
/** More than can be granted while a signature is valid: a forgotten nonce has expired, and cannot be repeated. */
const MAX_NONCES = 100_000

const getRateLimiter = defineGlobalSingleton('rebuildGrants', () => ({
  nonces: new LRUCache<string, true>({ max: MAX_NONCES }),
  tokenBucket: createTokenBucket(BURST, REFILL_PER_SECOND),
}))

/**
 * Decides whether a request may fill stale fragments in the foreground, so that no reader has to wait for them. Fresh
 * fragments are left alone: the worst effect of a forged request is a page that is up to date.
 *
 * @param header the value of the header, as sent
 * @param now milliseconds since 1970
 */
export function authorizeRebuild(
  header: string,
  secret: string | undefined,
  now: number,
): 'granted' | RebuildRefusal {
  if (secret === undefined) return 'no-secret'
  const signature = verifyRebuildSignature(secret, header, now)
  if (typeof signature === 'string') return signature
  const { nonces, tokenBucket } = getRateLimiter()
  if (nonces.has(signature.nonce)) return 'repeated'
  if (tokenBucket.getAvailable(now) < 1) return 'too-many'
  tokenBucket.take(1)
  nonces.set(signature.nonce, true)
  return 'granted'
}
