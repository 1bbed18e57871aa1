import { MAX_ROUTE_LENGTH } from '../core/protocol.gen.ts'
import { getPageUrl, getPathname } from './internals/getPageUrl.ts'
import { getCurrentRenderUnit, type RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'

/** The path and search of the page, as requested. `undefined` if Next does not know them, or they are too long. */
export function getRequestedRoute(unit: RenderContext['unit']): string | undefined {
  const url = getPageUrl(unit)
  const route = url && url.pathname + url.search
  return route !== undefined && route.length <= MAX_ROUTE_LENGTH ? route : undefined
}

/** The path of the page in which the caller runs. `undefined` if Next does not know it, or it is too long. */
export function getCurrentRoute(): string | undefined {
  const unit = getCurrentRenderUnit()
  const pathname = unit && getPathname(unit)
  return pathname !== undefined && pathname.length <= MAX_ROUTE_LENGTH ? pathname : undefined
}

/**
 * Notes the page's URL for fragments inside this one, which cannot read the request. Call it for every fragment, even
 * if the fragment itself needs no route. Only a fragment inside `'use cache'` may be rendered before any call. Its
 * route then has no search.
 */
export function rememberUrl({ work, unit }: RenderContext): void {
  if (!isRequestUnit(unit)) return
  // Once for a request: the accessors of a URL make new strings at each call.
  const scope = getRequestScope(work)
  if (scope.urlUnit === unit) return
  scope.url = getPageUrl(unit)
  scope.urlUnit = unit
}

/**
 * The route that renders the fragment again: the path of the page, and the search params that the fragment depends on.
 */
export function getFragmentRoute({ work, unit }: RenderContext, vary: unknown): string | undefined {
  const scope = getRequestScope(work)
  scope.url ??= getPageUrl(unit)
  if (scope.url === undefined) return undefined
  const { pathname, search } = scope.url
  const route = pathname + filterSearchByVary(search, vary)
  return route.length > MAX_ROUTE_LENGTH ? undefined : route
}

/**
 * Returns the search params that a fragment depends on: those with a value in `vary`. The others may come from a link
 * to the page, or be private to one visitor, such as a token.
 *
 * @param search the search of a URL: empty, or with its question mark
 * @example filterSearchByVary('?page=2&utm_source=mail', ['news', 2]) // '?page=2'
 */
export function filterSearchByVary(search: string, vary: unknown): string {
  if (search === '' || vary === undefined) return ''
  const values = new Set<string>()
  collectValues(vary)
  const params = [...new URLSearchParams(search)].filter(([, value]) => values.has(value))
  return params.length === 0 ? '' : `?${new URLSearchParams(params)}`

  // Values that cannot be part of a key, such as cycles, have been refused before.
  function collectValues(value: unknown): void {
    if (value instanceof Date) values.add(value.toISOString())
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) collectValues(item)
    else if (value !== undefined && value !== null) values.add(String(value))
  }
}
