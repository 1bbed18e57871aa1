import type { FragmentReport } from '../core/fragmentReport.ts'
import { getGlobalSingleton } from '../core/getGlobalSingleton.ts'
import type { MemoTable } from '../core/requestMemo.ts'
import type { PrerenderPassCache } from '../core/serve/prerenderPasses.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import { createDocumentHtml, type DocumentHtml } from './documentHtml.ts'
import { monotonicNow } from './internals/monotonicNow.ts'
import { getRequestStart, type NextRequest } from './internals/nextRequest.ts'
import { detectPageCache } from './internals/patchNextClocks.ts'
import { getCurrentRequest } from './internals/renderContext.ts'

export { monotonicNow as now }

/** What belongs to one request. It hangs on Next's own store of the request and goes with it. */
export interface RequestScope {
  /** The earliest moment (`performance.timeOrigin + performance.now()`) its data may have been read. */
  dataReadSince: number
  readonly memo: MemoTable
  /** How its fragments were served. The promises are made in an empty async context. */
  readonly reports: (FragmentReport | Promise<FragmentReport>)[]
  readonly passCache: PrerenderPassCache
  readonly documentHtml: DocumentHtml
  /** Of the page that is rendered, as far as its fragments could tell until now. */
  url: { readonly pathname: string; readonly search: string } | undefined
  /** Whether a worker asks, who waits for what is stale; known with the first fragment in reach of the request. */
  rebuild: RebuildContext | false | undefined
  /** What its Content-Security-Policy allows; known with the first fill in reach of the request. */
  nonce: string | false | undefined
}

const scopes = getGlobalSingleton('requestScopes', () => new WeakMap<NextRequest, RequestScope>())

export function getRequestScope(request: NextRequest): RequestScope {
  let scope = scopes.get(request)
  if (scope === undefined) {
    detectPageCache(request)
    // Pages load data before they render their first fragment: the request's start is what counts.
    scope = {
      dataReadSince: getRequestStart(request) ?? monotonicNow(),
      memo: new Map(),
      reports: [],
      passCache: new Map(),
      documentHtml: createDocumentHtml(),
      url: undefined,
      rebuild: undefined,
      nonce: undefined,
    }
    scopes.set(request, scope)
  }
  return scope
}

export function getCurrentRequestScope(): RequestScope | undefined {
  const request = getCurrentRequest()
  return request && getRequestScope(request)
}

/** After an expiry in a Server Action the page of the same request is rendered from data read anew. */
export function resetReadTimestamp(scope: RequestScope): void {
  scope.dataReadSince = monotonicNow()
  scope.memo.clear()
}
