import { readRebuildSecret } from '../core/environment.ts'
import { REBUILD_HEADER, verifyRebuildSignature } from '../core/rebuildSignature.ts'

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * Whether a worker with the site's secret requests the page, and waits for a fresh one. The nonce is not used up, because
 * the fragments of the page check the same header. A repeated request costs no more than a render of a stale page.
 */
export function isRebuildRequest(headers: RequestHeaders | undefined): boolean {
  const header = headers?.[REBUILD_HEADER]
  if (typeof header !== 'string') return false
  const secret = readRebuildSecret(process.env)
  return secret !== undefined && typeof verifyRebuildSignature(secret, header, Date.now()) === 'object'
}
