import { createRebuildSignature, REBUILD_HEADER } from '../core/rebuildSignature.ts'
import { sleepUnref } from '../redis/connection/retryLoop.ts'

export type RebuildOutcome =
  | { readonly outcome: 'done'; readonly status: number }
  /** There is nothing to rebuild. */
  | { readonly outcome: 'skipped'; readonly reason: string }
  /** May go better another time. */
  | { readonly outcome: 'failed'; readonly reason: string }
  /** Will not go better. */
  | { readonly outcome: 'dropped'; readonly reason: string }

/** Bytes of a page that are read; the rest is left where it is. */
const MAX_BYTES = 64 * 1024 * 1024

/** Milliseconds before Next is asked again whether it has rendered. */
const RETRY_DELAYS_MS = [50, 100, 200, 400, 800, 1600, 3200]

export interface RebuildRequest {
  readonly site: string
  readonly secret: string | undefined
  readonly signal: AbortSignal
}

const MAX_ROUTE_LENGTH = 1_000

/** Whether a value is a path of a site, and of no other: `//elsewhere` and `/\elsewhere` name another host. */
export function isRoute(route: unknown): route is string {
  return (
    typeof route === 'string' &&
    route.length <= MAX_ROUTE_LENGTH &&
    /^\/(?![/\\])/.test(route) &&
    !/[\p{Cc}\p{Surrogate}]/u.test(route)
  )
}

/** Has the site render a page, as a reader would who waits for what is stale. */
export async function rebuildRoute(route: string, request: RebuildRequest): Promise<RebuildOutcome> {
  // Whoever writes to Redis could have it ask anyone for anything.
  const url = isRoute(route) && URL.canParse(request.site + route) ? new URL(request.site + route) : undefined
  if (url?.origin !== new URL(request.site).origin)
    return { outcome: 'dropped', reason: 'it is no path of the site' }
  try {
    const response = await fetchUntilRevalidated(url, request)
    const redirected = getTrailingSlashRedirect(url, response)
    return classifyResponse(redirected ? await fetchUntilRevalidated(redirected, request) : response)
  } catch (error) {
    return { outcome: 'failed', reason: getFailureReason(error) }
  }
}

/** A page that Next has prerendered it renders behind the answer, in which it is the old one. */
async function fetchUntilRevalidated(url: URL, request: RebuildRequest): Promise<Response> {
  let response = await fetchPage(url, request)
  for (const wait of RETRY_DELAYS_MS) {
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
    // Elsewhere the signature, and our patience, have no business.
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

/** Next tells of pages without the slash at the end on which a site may insist. */
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
  if (isStale(response)) return { outcome: 'failed', reason: 'Next goes on serving an older page' }
  if (status === 429 || status >= 500) return { outcome: 'failed', reason: `the site answered ${status}` }
  if (status === 404 || status === 410) return { outcome: 'skipped', reason: 'the page is gone' }
  if (status >= 300 && status < 400 && status !== 304) {
    const location = headers.get('location')?.slice(0, 200) ?? 'nowhere'
    return { outcome: 'skipped', reason: `it redirects to ${location}, which was not followed` }
  }
  if (status >= 400) return { outcome: 'dropped', reason: `the site answered ${status}` }
  return { outcome: 'done', status }
}

/** To the end: a fragment that streams is stored when it is complete. */
async function readBody({ body }: Response): Promise<void> {
  if (body === null) return
  let bytes = 0
  // Leaving the loop cancels what is still to come.
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
