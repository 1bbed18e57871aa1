import { MAX_ROUTE_LENGTH } from '../core/protocol.gen.ts'
import { createRebuildSignature, REBUILD_HEADER } from '../core/rebuildSignature.ts'
import { sleepUnref } from '../redis/connection/retryLoop.ts'

export type RebuildOutcome =
  | { readonly outcome: 'done'; readonly status: number }
  /** There is nothing to rebuild. */
  | { readonly outcome: 'skipped'; readonly reason: string }
  /** May succeed later. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** Will not succeed later. */
  | { readonly outcome: 'dropped'; readonly reason: string }

/** Limit for the bytes of a page. The rest is not downloaded. */
const MAX_BYTES = 64 * 1024 * 1024

/** Milliseconds before each further request for a page that Next is still rendering. */
const REQUEST_RETRY_DELAYS_MS = [50, 100, 200, 400, 800, 1600, 3200]

export interface RebuildRequest {
  readonly site: string
  readonly secret: string | undefined
  readonly signal: AbortSignal
}

/** Whether a value is a path of the site. `//elsewhere` and `/\elsewhere` name another host. */
export function isRoute(route: unknown): route is string {
  return (
    typeof route === 'string' &&
    route.length <= MAX_ROUTE_LENGTH &&
    /^\/(?![/\\])/.test(route) &&
    !/[\p{Cc}\p{Surrogate}]/u.test(route)
  )
}

/** Requests a page from the site with a header that makes the site fill stale fragments before the response ends. */
export async function rebuildRoute(route: string, request: RebuildRequest): Promise<RebuildOutcome> {
  // Without this check any program that writes to Redis could make the worker send requests to any host.
  const url = isRoute(route) && URL.canParse(request.site + route) ? new URL(request.site + route) : undefined
  if (url?.origin !== new URL(request.site).origin)
    return { outcome: 'dropped', reason: 'it is not a path of the site' }
  try {
    const response = await fetchUntilRevalidated(url, request)
    const redirected = getTrailingSlashRedirect(url, response)
    return classifyResponse(redirected ? await fetchUntilRevalidated(redirected, request) : response)
  } catch (error) {
    return { outcome: 'failed', reason: getFailureReason(error) }
  }
}

/** Next answers with the old version of a prerendered page, and renders the new one afterwards. */
async function fetchUntilRevalidated(url: URL, request: RebuildRequest): Promise<Response> {
  let response = await fetchPage(url, request)
  for (const wait of REQUEST_RETRY_DELAYS_MS) {
    if (!isStale(response)) break
    await sleepUnref(wait)
    response = await fetchPage(url, request)
  }
  return response
}

function isStale({ headers }: Response): boolean {
  return headers.get('x-nextjs-cache') === 'STALE'
}

async function fetchPage(url: URL, { secret, signal }: RebuildRequest): Promise<Response> {
  const response = await fetch(url, {
    // The signature must not be sent to another host.
    redirect: 'manual',
    signal,
    headers: {
      accept: 'text/html',
      'user-agent': 'react-cache-content worker',
      ...(secret !== undefined && { [REBUILD_HEADER]: createRebuildSignature(secret, Date.now()) }),
    },
  })
  await readBody(response)
  return response
}

/** Next reports routes without a trailing slash, also for sites that redirect to one. */
function getTrailingSlashRedirect(url: URL, { status, headers }: Response): URL | undefined {
  const location = headers.get('location')
  if (status !== 308 || location === null || !URL.canParse(location, url)) return undefined
  const other = new URL(location, url)
  const withoutSlash = ({ origin, pathname, search }: URL) =>
    `${origin}${pathname.replace(/\/$/, '')}${search}`
  return withoutSlash(other) === withoutSlash(url) ? other : undefined
}

function classifyResponse(response: Response): RebuildOutcome {
  const { status, headers } = response
  if (isStale(response)) return { outcome: 'failed', reason: 'Next still serves an older page' }
  if (status === 429 || status >= 500) return { outcome: 'failed', reason: `the site answered ${status}` }
  if (status === 404 || status === 410) return { outcome: 'skipped', reason: 'the page is gone' }
  if (status >= 300 && status < 400 && status !== 304) {
    const location = headers.get('location')?.slice(0, 200) ?? 'nowhere'
    return { outcome: 'skipped', reason: `it redirects to ${location}, which was not followed` }
  }
  if (status >= 400) return { outcome: 'dropped', reason: `the site answered ${status}` }
  return { outcome: 'done', status }
}

/** Reads to the end, because the site stores a streamed fragment only when it is complete. */
async function readBody({ body }: Response): Promise<void> {
  if (body === null) return
  let bytes = 0
  // Leaving the loop cancels the rest.
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) return
  }
}

function getFailureReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'the site did not answer in time'
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message
}
