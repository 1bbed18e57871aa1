import { workAsyncStorage, workUnitAsyncStorage } from './workAsyncStorage.ts'

/** The field of a fragment's work store that has its {@link RequestDataHandler}, in all bundles. */
export const REQUEST_DATA_HANDLER = Symbol.for('react-cache-content/request data')

export interface RequestDataHandler {
  /**
   * The fragment reads request data. Called with the error that is thrown after this, for `cookies()` and the like. It may
   * change the text of the error.
   */
  requestData(api: string, error: Error): void
}

/**
 * Throws in a fragment, and does nothing outside of fragments. Call it before request data is read from an object that
 * the page has passed into the fragment (see `watchRequestObjects.ts`). Next itself throws for a call of `cookies()` or
 * `headers()` in the fragment, which `guardedUnit.ts` notices.
 *
 * @throws {ContentCacheError} the error of the fragment's guard, such as CC_REQUEST_DATA
 */
export function forbidRequestData(api: string): void {
  const workStore = workAsyncStorage.getStore()
  const handler = (workStore as { [REQUEST_DATA_HANDLER]?: RequestDataHandler } | undefined)?.[
    REQUEST_DATA_HANDLER
  ]
  if (handler === undefined) return
  // A task of `after()` is no longer part of the output.
  if (workUnitAsyncStorage.getStore()?.phase === 'after' || isForDebugging()) return
  const error = new Error(`\`${api}\` in a fragment`)
  Error.captureStackTrace(error, forbidRequestData)
  handler.requestData(api, error)
  throw error
}

/** Frames between React's debug encoder and the method that it calls. */
const MAX_FRAMES = 50

/**
 * In development React also encodes the props of components around a fragment, for its tools. The props may hold
 * request data that the fragment itself does not read.
 */
function isForDebugging(): boolean {
  if (process.env.NODE_ENV === 'production') return false
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = MAX_FRAMES
  const { stack } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  return (stack ?? '').includes('DebugModel')
}
