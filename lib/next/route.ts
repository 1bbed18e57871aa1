import { pathnameOf } from './internals/pathname.ts'
import type { Situation } from './internals/situation.ts'
import { requestScope } from './requestScope.ts'
import { searchInVary } from './searchInVary.ts'

/** Characters. A longer one is somebody's idea of a search, and no page that is worth rebuilding. */
const LONGEST = 1000

/** The page that is rendered, as it was asked for. */
export function askedRoute(unit: Situation['unit']): string | undefined {
  const address = addressOf(unit)
  const route = address && address.pathname + address.search
  return route !== undefined && route.length <= LONGEST ? route : undefined
}

/**
 * To be called for every fragment, also those that need no route: fragments inside fragments are out of reach of the
 * request, but were not rendered before what is around them. One inside `'use cache'` may come first, and knows no search.
 */
export function noteAddress({ workStore, unit }: Situation): void {
  if (unit.type === 'request') requestScope(workStore).address = addressOf(unit)
}

/** Where a fragment can be rendered anew: the page's path, and the search params that the fragment depends on. */
export function routeOf({ workStore, unit }: Situation, vary: unknown): string | undefined {
  const scope = requestScope(workStore)
  scope.address ??= addressOf(unit)
  if (scope.address === undefined) return undefined
  const { pathname, search } = scope.address
  const route = pathname + searchInVary(search, vary)
  return route.length > LONGEST ? undefined : route
}

function addressOf(unit: Situation['unit']): { pathname: string; search: string } | undefined {
  const pathname = pathnameOf(unit)
  if (pathname === undefined) return undefined
  return { pathname, search: unit.type === 'request' ? (unit.url.search ?? '') : '' }
}
