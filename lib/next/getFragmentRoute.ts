import { filterSearchByVary } from './filterSearchByVary.ts'
import { getPageUrl } from './internals/getPageUrl.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'

/** Characters. A longer one is somebody's idea of a search, and no page that is worth rebuilding. */
const MAX_ROUTE_LENGTH = 1000

/** The page that is rendered, as it was asked for. */
export function getRequestedRoute(unit: RenderContext['unit']): string | undefined {
  const url = getPageUrl(unit)
  const route = url && url.pathname + url.search
  return route !== undefined && route.length <= MAX_ROUTE_LENGTH ? route : undefined
}

/**
 * To be called for every fragment, also those that need no route: fragments inside fragments are out of reach of the
 * request, but were not rendered before what is around them. One inside `'use cache'` may come first, and knows no search.
 */
export function rememberUrl({ request, unit }: RenderContext): void {
  if (isRequestUnit(unit)) getRequestScope(request).url = getPageUrl(unit)
}

/** Where a fragment can be rendered anew: the page's path, and the search params that the fragment depends on. */
export function getFragmentRoute({ request, unit }: RenderContext, vary: unknown): string | undefined {
  const scope = getRequestScope(request)
  scope.url ??= getPageUrl(unit)
  if (scope.url === undefined) return undefined
  const { pathname, search } = scope.url
  const route = pathname + filterSearchByVary(search, vary)
  return route.length > MAX_ROUTE_LENGTH ? undefined : route
}
