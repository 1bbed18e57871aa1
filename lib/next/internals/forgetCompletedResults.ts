import { type NextWork, openWork } from './nextWork.ts'

/** Where Next keeps the `'use cache'` results of a request, since 16.4. */
interface CompletedResults {
  readonly completedCacheInvocations?: Map<string, unknown>
}

/**
 * Makes the rest of the request look up all `'use cache'` results again. Next keeps those of a request until its end, with all
 * handlers but its own. A result that begins later in the request would contain them, and they may have been expired before
 * it began.
 */
export function forgetCompletedResults(work: NextWork | undefined): void {
  if (work) (openWork(work) as CompletedResults).completedCacheInvocations?.clear()
}
