import { MAX_ROUTE_LENGTH } from '../core/protocol.gen.ts'
import { getPageUrl } from './internals/getPageUrl.ts'
import type { RenderContext } from './internals/renderContext.ts'
import { isRequestUnit } from './internals/renderUnit.ts'
import { getRequestScope } from './requestScope.ts'

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

/**
 * Of the search params those that a fragment says it depends on: of which the value is among those in `vary`. The rest
 * is none of its business, and may be what brought the visitor, or belong to him alone, such as a token.
 *
 * @param search as in a URL, with its question mark or empty
 * @example searchInVary('?page=2&utm_source=mail', ['news', 2]) // '?page=2'
 */
export function filterSearchByVary(search: string, vary: unknown): string {
  if (search === '' || vary === undefined) return ''
  const values = new Set<string>()
  collect(vary)
  const params = [...new URLSearchParams(search)].filter(([, value]) => values.has(value))
  return params.length === 0 ? '' : `?${new URLSearchParams(params)}`

  // What cannot be a key, such as a cycle, has been refused before.
  function collect(value: unknown): void {
    if (value instanceof Date) values.add(value.toISOString())
    else if (typeof value === 'object' && value !== null)
      for (const item of Object.values(value)) collect(item)
    else if (value !== undefined && value !== null) values.add(String(value))
  }
}
