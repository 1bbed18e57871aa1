import { MAX_ROUTE_LENGTH } from '../../core/protocol.gen.ts'
import { getPathOfRouteKey } from '../internals/getPathOfRouteKey.ts'

/** Pages that Next shows under other addresses. A request for one of them would fail. */
const PAGES_WITHOUT_ADDRESS = ['/_not-found', '/_global-error', '/_error']

/**
 * The route that renders the page under this key of Next again. `undefined` for a page without an address, or with one that
 * is too long.
 */
export function getPageRoute(key: string): string | undefined {
  const path = getPathOfRouteKey(key)
  if (path === undefined || PAGES_WITHOUT_ADDRESS.includes(path)) return undefined
  return path.length <= MAX_ROUTE_LENGTH ? path : undefined
}
