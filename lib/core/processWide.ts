/** Of what is shared: two versions of this package in one process must not take each other's for their own. */
const STATE_FORMAT = 1

const holder = globalThis as unknown as Record<symbol, unknown>

/**
 * One value per process. Bundlers give every page and route handler its own copy of a module, so state that
 * all of them must share cannot be a module variable.
 */
export function processWide<T>(name: string, create: () => T): T {
  return ((holder as Record<symbol, T | undefined>)[keyOf(name)] ??= create())
}

/** Who asks from now on gets a new one. Does nothing where the value has been given up before. */
export function giveUpProcessWide(name: string, value: unknown): void {
  const key = keyOf(name)
  if (holder[key] === value) delete holder[key]
}

function keyOf(name: string): symbol {
  return Symbol.for(`react-cache-content/${STATE_FORMAT}/${name}`)
}
