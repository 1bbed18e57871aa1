import { LRUCache } from 'lru-cache'
import type { RebuildRefusal } from '../core/events.ts'
import { processWide } from '../core/processWide.ts'
import { readRebuildSignature } from '../core/rebuildSignature.ts'

/** Requests granted in a row, and how many more each second: a worker sends a few dozen. */
const BURST = 200
const PER_SECOND = 100
/** Remembered. Those forgotten are too old to be of use, unless somebody knows the secret. */
const NONCES = 100_000

interface Grants {
  readonly nonces: LRUCache<string, true>
  left: number
  at: number
}

const grants = processWide<Grants>('rebuildGrants', () => ({
  nonces: new LRUCache({ max: NONCES }),
  left: BURST,
  at: 0,
}))

/**
 * Whether a request may fill in the foreground what is stale, so that no reader has to wait for it. What is fresh it
 * does not touch: at worst somebody is served a page that is up to date.
 *
 * @param header as it was sent; nothing for the request of a reader
 * @param now milliseconds since 1970
 */
export function judgeRebuild(
  header: string,
  secret: string | undefined,
  now: number,
): 'granted' | RebuildRefusal {
  if (secret === undefined) return 'no-secret'
  const signature = readRebuildSignature(secret, header, now)
  if (typeof signature === 'string') return signature
  if (grants.nonces.has(signature.nonce)) return 'repeated'
  grants.left = Math.min(BURST, grants.left + (Math.max(0, now - grants.at) / 1000) * PER_SECOND)
  grants.at = now
  if (grants.left < 1) return 'too-many'
  grants.left--
  grants.nonces.set(signature.nonce, true)
  return 'granted'
}
