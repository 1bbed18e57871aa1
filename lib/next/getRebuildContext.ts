import type { Engine } from '../core/engine.ts'
import { REBUILD_HEADER } from '../core/rebuildSignature.ts'
import type { RebuildContext } from '../core/serve/requeueIfNotStored.ts'
import { authorizeRebuild } from './authorizeRebuild.ts'
import { getRequestedRoute } from './getFragmentRoute.ts'
import { getPathname } from './internals/getPageUrl.ts'
import { getRequestHeader } from './internals/getRequestHeader.ts'
import { getRoutePattern } from './internals/nextWork.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'

/**
 * Returns the context of a rebuild if a worker with the site's secret requests the page. Reports a refused request as
 * an event.
 */
export function getRebuildContext(
  engine: Engine,
  { work, unit }: RenderContext,
  secret: string | undefined,
): RebuildContext | undefined {
  const scope = getRequestScope(work)
  // A nested fragment cannot read the request. The fragment around it has read the header before.
  if (scope.rebuild === undefined && isRequestUnit(unit)) {
    const header = getRequestHeader(unit, REBUILD_HEADER)
    const verdict = header === undefined ? undefined : authorizeRebuild(header, secret, Date.now())
    scope.rebuild = verdict === 'granted' && { route: getRequestedRoute(unit) }
    if (verdict !== undefined && verdict !== 'granted') {
      const route = getPathname(unit) ?? getRoutePattern(work)
      engine.events.emit({ type: 'rebuild-refused', route, reason: verdict })
    }
  }
  return scope.rebuild || undefined
}
