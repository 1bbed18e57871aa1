import { defineGlobalSingleton } from '../core/getGlobalSingleton.ts'
import { monotonicNow } from '../core/monotonicNow.ts'
import type { RequestContext } from '../core/requestContext.ts'
import type { MemoTable } from '../core/requestMemo.ts'
import type { PrerenderPassCache } from '../core/serve/prerenderPasses.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import { createDocumentHtml, type DocumentHtml } from './documentHtml.ts'
import { getRequestStart, type NextWork } from './internals/nextWork.ts'
import { detectPageCache } from './internals/patchNextClocks.ts'
import { getCurrentWork } from './internals/renderContext.ts'
import type { RenderUnit } from './internals/renderUnit.ts'
import { createReportList, type ReportList } from './reportList.ts'
import { RequestNonces } from './requestNonces.ts'

export { monotonicNow as now }

/** The data of one request. It belongs to Next's work store, and is collected with it. */
export interface RequestScope {
  /** The earliest time at which the data of the request may have been read, on the host's clock, which is `now()`. */
  dataReadSince: number
  readonly memo: MemoTable
  readonly reports: ReportList
  readonly passCache: PrerenderPassCache
  readonly documentHtml: DocumentHtml
  /** The URL of the page, as far as the fragments have learnt it so far. */
  url: { readonly pathname: string; readonly search: string } | undefined
  /** The unit of the request that has `url`. */
  urlUnit: RenderUnit | undefined
  /**
   * Set for the request of a worker, which waits for stale fragments. `undefined` until the first fragment that can
   * read the request.
   */
  rebuild: RebuildContext | false | undefined
  /** The last context that `getRequestContext` has made. */
  context: RequestContext | undefined
  readonly nonces: RequestNonces
  /** Whether `nonces` has the nonce of this request. False until the first fill that can read the request. */
  hasReadNonce: boolean
}

const getScopes = defineGlobalSingleton('requestScopes', () => new WeakMap<NextWork, RequestScope>())

export function getRequestScope(work: NextWork): RequestScope {
  const scopes = getScopes()
  let scope = scopes.get(work)
  if (scope === undefined) {
    detectPageCache(work)
    // Pages load data before they render their first fragment, so the start of the request counts.
    scope = {
      dataReadSince: getRequestStart(work) ?? monotonicNow(),
      memo: new Map(),
      reports: createReportList(),
      passCache: new Map(),
      documentHtml: createDocumentHtml(),
      url: undefined,
      urlUnit: undefined,
      rebuild: undefined,
      context: undefined,
      nonces: new RequestNonces(),
      hasReadNonce: false,
    }
    scopes.set(work, scope)
  }
  return scope
}

export function getCurrentRequestScope(): RequestScope | undefined {
  const work = getCurrentWork()
  return work && getRequestScope(work)
}

/**
 * Called after an expiry in a Server Action, because the page of the same request is rendered from data that is read
 * again.
 */
export function resetReadTimestamp(scope: RequestScope): void {
  scope.dataReadSince = monotonicNow()
  scope.memo.clear()
}
