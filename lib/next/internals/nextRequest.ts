import type { WorkStore as NextWorkStore } from './workAsyncStorage.ts'

declare const opaque: unique symbol

/**
 * Next's work store of one request. Outside of this folder only its identity counts, because this library keys its data
 * of the request by it.
 */
export interface NextRequest {
  readonly [opaque]: 'request'
}

/** A request with Next's fields, which change between versions of Next. Only this folder may use the type. */
export type WorkStore = NextWorkStore & NextRequest

export function openRequest(request: NextRequest): WorkStore {
  return request as WorkStore
}

/** A name for the output of this build. All instances of one build share it. */
export function getBuildName(request: NextRequest): string {
  const { deploymentId, buildId } = openRequest(request)
  return deploymentId || buildId || 'unknown'
}

/** The page's folder in `app`, with the names of its params. */
export function getRoutePattern(request: NextRequest): string {
  return openRequest(request).route
}

/** When the request began, in milliseconds on the clock of `monotonicNow()`. `undefined` if Next does not tell. */
export function getRequestStart(request: NextRequest): number | undefined {
  return openRequest(request).requestStartTime
}

/** Whether `next build` renders the page. */
export function isBuildTime(request: NextRequest): boolean {
  return openRequest(request).isBuildTimePrerendering === true
}

/** Whether Next can revalidate tags here. */
export function canRevalidate(request: NextRequest): boolean {
  return Boolean(openRequest(request).incrementalCache)
}

export function isRouteHandler(request: NextRequest): boolean {
  return openRequest(request).page.endsWith('/route')
}

/**
 * Runs `task` in an async context without the request. A prerender fails when code reads the time or a random number.
 */
export function runOutsideRequest<Args extends unknown[], Result>(
  request: NextRequest,
  task: (...args: Args) => Result,
  ...args: Args
): Result {
  return openRequest(request).runInCleanSnapshot(task, ...args)
}

/**
 * Notes an error of a nested render. The render of the page throws a copy with the same digest, by which Next finds the
 * original.
 */
export function recordRenderError(request: NextRequest, error: Error & { digest: string }): void {
  openRequest(request).reactServerErrorsByDigest?.set(error.digest, error)
}
