import { getScriptNonceFromHeader } from 'next/dist/server/app-render/get-script-nonce-from-header.js'
import { openUnit, type RenderUnit } from './renderUnit.ts'

/**
 * A header of the request, for the cache and not for the content: `headers()` would tie the page to the request.
 * `undefined` without a request, or in a version of Next that keeps the headers elsewhere.
 */
export function getRequestHeader(unit: RenderUnit, name: string): string | undefined {
  return getRequestHeaders(unit)?.[name]
}

/** All headers, including those that Next hides from `headers()`. They are in the object behind it. */
export function getRequestHeaders(
  unit: RenderUnit,
): Readonly<Record<string, string | undefined>> | undefined {
  const store = openUnit(unit)
  if (store.type !== 'request') return undefined
  const raw = (store.headers as unknown as { headers?: Record<string, string | undefined> }).headers
  return typeof raw === 'object' && raw !== null ? raw : undefined
}

/**
 * The nonce that the Content-Security-Policy of the response will allow. Like Next, this takes it from the headers of
 * the request, where the site's proxy has put the policy.
 */
export function getRequestNonce(unit: RenderUnit | undefined): string | undefined {
  const headers = unit && getRequestHeaders(unit)
  const policy = headers?.['content-security-policy'] || headers?.['content-security-policy-report-only']
  return typeof policy === 'string' ? getScriptNonceFromHeader(policy) : undefined
}
