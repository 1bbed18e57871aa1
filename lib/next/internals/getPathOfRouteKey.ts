/** The beginning of the keys of pages since 16.4.6: the kind and a hash of the source follow, and then the path. */
const SCOPED_KEY = /^\/route-cache\/[^/]+\/[^/]+\/\$/

/**
 * The path of the page that Next keeps under a key. `undefined` for a shell of future paths, which has params without
 * values.
 *
 * @example getPathOfRouteKey('/index') // '/'
 */
export function getPathOfRouteKey(key: string): string | undefined {
  const path = key.replace(SCOPED_KEY, '')
  if (/\/\[/.test(path)) return undefined
  if (path === '/index') return '/'
  return path.startsWith('/index/') ? path.slice('/index'.length) : path
}
