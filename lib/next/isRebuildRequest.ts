import { readRebuildSecret } from '../core/environment.ts'
import { REBUILD_HEADER, verifyRebuildSignature } from '../core/rebuildSignature.ts'
import { getRequestHeader } from './internals/getRequestHeader.ts'
import { getCurrentRenderUnit } from './internals/renderContext.ts'

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

/** Whether the caller renders a page for the request of a worker. False inside of output that Next stores. */
export function isInRebuild(): boolean {
  const unit = getCurrentRenderUnit()
  const header = unit && getRequestHeader(unit, REBUILD_HEADER)
  return header !== undefined && isRebuildRequest({ [REBUILD_HEADER]: header })
}
