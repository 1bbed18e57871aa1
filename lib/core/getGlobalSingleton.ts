/** Of what is shared: two versions of this package in one process must not take each other's for their own. */
const STATE_FORMAT = 1

const globals = globalThis as unknown as Record<symbol, unknown>

/**
 * One value per process. Bundlers give every page and route handler its own copy of a module, so state that
 * all of them must share cannot be a module variable.
 */
export function getGlobalSingleton<T>(name: string, create: () => T): T {
  return ((globals as Record<symbol, T | undefined>)[toSymbol(name)] ??= create())
}

/** Who asks from now on gets a new one. Does nothing where the value has been given up before. */
export function deleteGlobalSingleton(name: string, value: unknown): void {
  const key = toSymbol(name)
  if (globals[key] === value) delete globals[key]
}

function toSymbol(name: string): symbol {
  return Symbol.for(`react-cache-content/${STATE_FORMAT}/${name}`)
}
