import { type NextRequest, NextResponse } from 'next/server'

/** Sends pages that are requested with `?strict` with a policy that allows only scripts with Next's nonce. */
export function proxy(request: NextRequest): NextResponse {
  if (!request.nextUrl.searchParams.has('strict')) return NextResponse.next()
  const nonce = crypto.randomUUID()
  // In development React evaluates strings to find the origin of an error.
  const development = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''
  const policy = `script-src 'nonce-${nonce}' 'strict-dynamic'${development}; object-src 'none'; base-uri 'none'`
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}
