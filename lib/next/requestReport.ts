import { getCurrentScope } from '../core/dependencyScope.ts'
import { createContentCacheError } from '../core/errors.ts'
import type { FragmentReport } from '../core/fragmentReport.ts'
import { getCurrentRequestScope } from './requestScope.ts'

/**
 * Reports how each fragment of the current request was served, when all that have begun are final. Use it for a panel
 * at the end of a page, under `<Suspense>`. Of a hit only the outermost fragment appears, because nothing inside it
 * ran.
 *
 * @throws {ContentCacheError} CC_REQUEST_DATA inside a fragment, which would wait for itself
 */
export async function requestReport(): Promise<FragmentReport[]> {
  const scope = getCurrentScope()
  if (scope) {
    const advice = 'Put it at the end of the page, outside all fragments.'
    throw createContentCacheError('CC_REQUEST_DATA', [scope.name, '`requestReport()`', advice])
  }
  return getCurrentRequestScope()?.reports.readAll() ?? []
}
