import { getScriptNonceFromHeader } from 'next/dist/server/app-render/get-script-nonce-from-header.js'
import { getRequestHeaders } from './getRequestHeader.ts'
import type { RenderUnit } from './guardedUnit.ts'

/**
 * The nonce that the response's Content-Security-Policy will allow: Next takes it from the request's headers too, where
 * the site's proxy has put the policy.
 */
export function getRequestNonce(unit: RenderUnit | undefined): string | undefined {
  const headers = unit && getRequestHeaders(unit)
  const policy = headers?.['content-security-policy'] || headers?.['content-security-policy-report-only']
  return typeof policy === 'string' ? getScriptNonceFromHeader(policy) : undefined
}
