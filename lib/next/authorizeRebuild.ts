import { LRUCache } from 'lru-cache'
import type { RebuildRefusal } from '../core/events.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { verifyRebuildSignature } from '../core/rebuildSignature.ts'
import { createTokenBucket } from '../core/tokenBucket.ts'

/** Requests granted in a row, and how many more each second: a worker sends a few dozen. */
const BURST = 200
const REFILL_PER_SECOND = 100
/** Remembered. Those forgotten are too old to be of use, unless somebody knows the secret. */
const MAX_NONCES = 100_000

const rateLimiter = getGlobalSingleton('rebuildGrants', () => ({
  nonces: new LRUCache<string, true>({ max: MAX_NONCES }),
  tokenBucket: createTokenBucket(BURST, REFILL_PER_SECOND),
}))

/**
 * Whether a request may fill in the foreground what is stale, so that no reader has to wait for it. What is fresh it
 * does not touch: at worst somebody is served a page that is up to date.
 *
 * @param header as it was sent; nothing for the request of a reader
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
  if (rateLimiter.nonces.has(signature.nonce)) return 'repeated'
  if (rateLimiter.tokenBucket.getAvailable(now) < 1) return 'too-many'
  rateLimiter.tokenBucket.take(1)
  rateLimiter.nonces.set(signature.nonce, true)
  return 'granted'
}
