import type { WorkStore as RawWorkStore } from './workAsyncStorage.ts'

declare const opaque: unique symbol

/**
 * Next's work store, which Next creates for each request and each prerender. Outside of this folder only its identity
 * counts, because this library keys its data of the request by it. Next's own `NextRequest` is something else.
 */
export interface NextWork {
  readonly [opaque]: 'work'
}

/** A work store with Next's fields, which change between versions of Next. Only this folder may use the type. */
export type WorkStore = RawWorkStore & NextWork

export function openWork(work: NextWork): WorkStore {
  return work as WorkStore
}

/** A name for the output of this build. All instances of one build share it. */
export function getBuildName(work: NextWork): string {
  const { deploymentId, buildId } = openWork(work)
  return deploymentId || buildId || 'unknown'
}

/** The page's folder in `app`, with the names of its params. */
export function getRoutePattern(work: NextWork): string {
  return openWork(work).route
}

/** When the request began, in milliseconds on the clock of `monotonicNow()`. `undefined` if Next does not tell. */
export function getRequestStart(work: NextWork): number | undefined {
  return openWork(work).requestStartTime
}

/** Whether `next build` renders the page. */
export function isBuildTime(work: NextWork): boolean {
  return openWork(work).isBuildTimePrerendering === true
}

/** Whether Next can revalidate tags here. */
export function canRevalidate(work: NextWork): boolean {
  return Boolean(openWork(work).incrementalCache)
}

export function isRouteHandler(work: NextWork): boolean {
  return openWork(work).page.endsWith('/route')
}

/**
 * Runs `task` in an async context without the request. A prerender fails when code reads the time or a random number.
 */
export function runOutsideRequest<Args extends unknown[], Result>(
  work: NextWork,
  task: (...args: Args) => Result,
  ...args: Args
): Result {
  return openWork(work).runInCleanSnapshot(task, ...args)
}

/**
 * Notes an error of a nested render. The render of the page throws a copy with the same digest, by which Next finds the
 * original.
 */
export function recordRenderError(work: NextWork, error: Error & { digest: string }): void {
  openWork(work).reactServerErrorsByDigest?.set(error.digest, error)
}
