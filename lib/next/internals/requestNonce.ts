import { getScriptNonceFromHeader } from 'next/dist/server/app-render/get-script-nonce-from-header.js'
import { headersOf } from './requestHeader.ts'
import type { RenderUnit } from './workUnit.ts'

/**
 * The nonce that the response's Content-Security-Policy will allow: Next takes it from the request's headers too, where
 * the site's proxy has put the policy.
 */
export function nonceOf(unit: RenderUnit | undefined): string | undefined {
  const headers = unit && headersOf(unit)
  const policy = headers?.['content-security-policy'] || headers?.['content-security-policy-report-only']
  return typeof policy === 'string' ? getScriptNonceFromHeader(policy) : undefined
}
