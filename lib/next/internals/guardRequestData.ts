import { getGlobalSingleton } from '../../core/getGlobalSingleton.ts'
import type { NextRequest } from './nextRequest.ts'
import { workAsyncStorage, workUnitAsyncStorage } from './workAsyncStorage.ts'

/** Called with the error that is about to be thrown for `cookies()` and the like; may change its text. */
export type OnRequestData = (api: string, error: Error) => void

/** By the store that a fragment renders with. Shared by all bundles, because what Next gives out is. */
const guards = getGlobalSingleton('requestDataGuards', () => new WeakMap<object, OnRequestData>())

/** Everything that runs with `request` is kept from request data. */
export function guardRequestData(request: NextRequest, onRequestData: OnRequestData): void {
  guards.set(request, onRequestData)
}

/**
 * Call it where request data is about to be read. Does nothing outside of fragments.
 *
 * @throws what the fragment's guard makes of it, such as CC_REQUEST_DATA
 */
export function forbidRequestData(api: string): void {
  const workStore = workAsyncStorage.getStore()
  const onRequestData = workStore && guards.get(workStore)
  if (onRequestData === undefined) return
  // What `after()` runs has no part in the output any more.
  if (workUnitAsyncStorage.getStore()?.phase === 'after' || isForDebugging()) return
  const error = new Error(`\`${api}\` in a fragment`)
  Error.captureStackTrace(error, forbidRequestData)
  onRequestData(api, error)
  throw error
}

/** Frames between React's debug encoder and the method that it calls. */
const MAX_FRAMES = 50

/**
 * In development React also encodes the props of components around a fragment, for its tools. They may hold what
 * nothing in the fragment reads.
 */
function isForDebugging(): boolean {
  if (process.env.NODE_ENV === 'production') return false
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = MAX_FRAMES
  const { stack } = new Error()
  Error.stackTraceLimit = stackTraceLimit
  return (stack ?? '').includes('DebugModel')
}
