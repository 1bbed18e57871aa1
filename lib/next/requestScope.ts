import { processWide } from '../core/processWide.ts'
import type { FragmentReport } from '../core/report.ts'
import type { MemoTable } from '../core/requestMemo.ts'
import type { Pass, Rebuild } from '../core/serveRequest.ts'
import { createHtmlOfDocument, type HtmlOfDocument } from './htmlOfDocument.ts'
import { now } from './internals/monotonicTime.ts'
import { noteCacheOf } from './internals/oneClock.ts'
import { currentWorkStore } from './internals/situation.ts'
import type { WorkStore } from './internals/storages.ts'

export { now }

/** What belongs to one request. It hangs on Next's own store of the request and goes with it. */
export interface RequestScope {
  /** The earliest moment (`performance.timeOrigin + performance.now()`) its data may have been read. */
  readSince: number
  readonly memo: MemoTable
  /** How its fragments were served. The promises are made in an empty async context. */
  readonly reports: (FragmentReport | Promise<FragmentReport>)[]
  readonly pass: Pass
  readonly html: HtmlOfDocument
  /** Of the page that is rendered, as far as its fragments could tell until now. */
  address: { readonly pathname: string; readonly search: string } | undefined
  /** Whether a worker asks, who waits for what is stale; known with the first fragment in reach of the request. */
  rebuild: Rebuild | false | undefined
  /** What its Content-Security-Policy allows; known with the first fill in reach of the request. */
  nonce: string | false | undefined
}

const scopes = processWide('requestScopes', () => new WeakMap<WorkStore, RequestScope>())

export function requestScope(workStore: WorkStore): RequestScope {
  let scope = scopes.get(workStore)
  if (scope === undefined) {
    noteCacheOf(workStore)
    // Pages load data before they render their first fragment: the request's start is what counts.
    scope = {
      readSince: workStore.requestStartTime ?? now(),
      memo: new Map(),
      reports: [],
      pass: new Map(),
      html: createHtmlOfDocument(),
      address: undefined,
      rebuild: undefined,
      nonce: undefined,
    }
    scopes.set(workStore, scope)
  }
  return scope
}

export function currentRequestScope(): RequestScope | undefined {
  const workStore = currentWorkStore()
  return workStore && requestScope(workStore)
}

/** After an expiry in a Server Action the page of the same request is rendered from data read anew. */
export function readAnewFromHere(scope: RequestScope): void {
  scope.readSince = now()
  scope.memo.clear()
}
