import { type NextRequest, NextResponse } from 'next/server'

/** Pages asked for with `?strict` come with a policy that allows no script but those Next vouches for. */
export function proxy(request: NextRequest): NextResponse {
  if (!request.nextUrl.searchParams.has('strict')) return NextResponse.next()
  const nonce = crypto.randomUUID()
  // React evaluates strings in development, to tell where an error came from.
  const development = process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''
  const policy = `script-src 'nonce-${nonce}' 'strict-dynamic'${development}; object-src 'none'; base-uri 'none'`
  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  return response
}
