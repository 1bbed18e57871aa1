import { getRequestHeaders } from './getRequestHeader.ts'
import { openUnit, type RenderUnit, type RenderUnitStore } from './renderUnit.ts'

/**
 * Whether the page is rendered to a document, and not only to data for a browser that already has one. Next hides its
 * own headers from `headers()`, but not from the object behind it. When in doubt the answer is no: data comes with all
 * HTML, which is never wrong.
 */
export function isDocumentRequest(unit: RenderUnit): boolean {
  let isDocument = documentRequests.get(unit)
  if (isDocument === undefined) {
    isDocument = acceptsDocument(unit)
    documentRequests.set(unit, isDocument)
  }
  return isDocument
}

/** Each access makes the adapter look through all headers, so the answer is kept. */
const documentRequests = new WeakMap<RenderUnit, boolean>()

function acceptsDocument(unit: RenderUnit): boolean {
  const headers = getRequestHeaders(unit)
  if (headers === undefined || headers.rsc !== undefined || headers['next-action'] !== undefined) return false
  // Only a browser that wants a document names HTML in `accept`.
  return hasHiddenHeaders(unit) || /\btext\/html\b/.test(headers.accept ?? '')
}

/** Next up to 16.3.0 deletes `rsc` behind the adapter, so that a navigation looks like a document. */
function hasHiddenHeaders(unit: RenderUnit): boolean {
  const store = openUnit(unit)
  if (store.type !== 'request') return false
  const { seal } = Object.getPrototypeOf(store.headers).constructor
  return typeof seal === 'function' && seal.length > 1
}

/**
 * Whether a stored shell precedes the render. Next sends the shell, and renders all data again. In development there is
 * no shell, but Next keeps the same caches.
 */
export function isPprResume(unit: RenderUnit): boolean {
  return isDocumentRequest(unit) && getResumeDataCache(openUnit(unit)) != null
}

/** Next 16.1 and 16.2 have this field under another name. */
function getResumeDataCache(unit: RenderUnitStore & ResumeDataCacheOf16_1): object | null | undefined {
  return 'resumeDataCache' in unit ? unit.resumeDataCache : unit.renderResumeDataCache
}

interface ResumeDataCacheOf16_1 {
  readonly renderResumeDataCache?: object | null
}
