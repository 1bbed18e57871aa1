import { MAX_ROUTE_LENGTH } from '../core/protocol.gen.ts'
import { filterSearchByVary } from './filterSearchByVary.ts'
import { getPathname } from './internals/getPathname.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { getRequestScope } from './requestScope.ts'

/** The page that is rendered, as it was asked for. */
export function getRequestedRoute(unit: RenderContext['unit']): string | undefined {
  const url = getUrl(unit)
  const route = url && url.pathname + url.search
  return route !== undefined && route.length <= MAX_ROUTE_LENGTH ? route : undefined
}

/**
 * To be called for every fragment, also those that need no route: fragments inside fragments are out of reach of the
 * request, but were not rendered before what is around them. One inside `'use cache'` may come first, and knows no search.
 */
export function rememberUrl({ workStore, unit }: RenderContext): void {
  if (unit.type === 'request') getRequestScope(workStore).url = getUrl(unit)
}

/** Where a fragment can be rendered anew: the page's path, and the search params that the fragment depends on. */
export function getFragmentRoute({ workStore, unit }: RenderContext, vary: unknown): string | undefined {
  const scope = getRequestScope(workStore)
  scope.url ??= getUrl(unit)
  if (scope.url === undefined) return undefined
  const { pathname, search } = scope.url
  const route = pathname + filterSearchByVary(search, vary)
  return route.length > MAX_ROUTE_LENGTH ? undefined : route
}

function getUrl(unit: RenderContext['unit']): { pathname: string; search: string } | undefined {
  const pathname = getPathname(unit)
  if (pathname === undefined) return undefined
  return { pathname, search: unit.type === 'request' ? (unit.url.search ?? '') : '' }
}
