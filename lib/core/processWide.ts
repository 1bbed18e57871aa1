/** Of what is shared: two versions of this package in one process must not take each other's for their own. */
const STATE_FORMAT = 1

/**
 * One value per process. Bundlers give every page and route handler its own copy of a module, so state that
 * all of them must share cannot be a module variable.
 */
export function processWide<T>(name: string, create: () => T): T {
  const key = Symbol.for(`react-cache-content/${STATE_FORMAT}/${name}`)
  const holder = globalThis as unknown as Record<symbol, T | undefined>
  return (holder[key] ??= create())
}
