import { currentCapture } from '../core/capture.ts'
import { contentCacheError } from '../core/errors.ts'
import type { FragmentReport } from '../core/report.ts'
import { currentRequestScope } from './requestScope.ts'

/**
 * How each fragment of the current request was served, once all that have begun are final: for a panel at
 * the end of a page, under `<Suspense>`. Of a hit only the outermost fragment appears, because nothing
 * inside it ran.
 *
 * @throws {ContentCacheError} CC_REQUEST_DATA inside a fragment, which would wait for itself
 */
export async function requestReport(): Promise<FragmentReport[]> {
  const capture = currentCapture()
  if (capture) throw contentCacheError('CC_REQUEST_DATA', [capture.name, '`requestReport()`'])
  const reports = currentRequestScope()?.reports ?? []
  const told: FragmentReport[] = []
  for (let seen = -1; seen !== reports.length; ) {
    seen = reports.length
    // A task later, so that fragments which the page begins in the same go are counted.
    await new Promise((resolve) => setImmediate(resolve))
    const settled = await Promise.allSettled(reports)
    told.length = 0
    for (const report of settled) if (report.status === 'fulfilled') told.push(report.value)
  }
  return told
}
