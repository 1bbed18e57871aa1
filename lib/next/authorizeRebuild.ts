import { LRUCache } from 'lru-cache'
import type { RebuildRefusal } from '../core/events.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { verifyRebuildSignature } from '../core/rebuildSignature.ts'

/** Requests granted in a row, and how many more each second: a worker sends a few dozen. */
const BURST = 200
const REFILL_PER_SECOND = 100
/** Remembered. Those forgotten are too old to be of use, unless somebody knows the secret. */
const MAX_NONCES = 100_000

interface RateLimiter {
  readonly nonces: LRUCache<string, true>
  available: number
  refilledAt: number
}

const rateLimiter = getGlobalSingleton<RateLimiter>('rebuildGrants', () => ({
  nonces: new LRUCache({ max: MAX_NONCES }),
  available: BURST,
  refilledAt: 0,
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
  rateLimiter.available = Math.min(
    BURST,
    rateLimiter.available + (Math.max(0, now - rateLimiter.refilledAt) / 1000) * REFILL_PER_SECOND,
  )
  rateLimiter.refilledAt = now
  if (rateLimiter.available < 1) return 'too-many'
  rateLimiter.available--
  rateLimiter.nonces.set(signature.nonce, true)
  return 'granted'
}
