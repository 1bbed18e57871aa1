/** Format of the shared values: two versions of this package in one process must not share values of different formats. */
const STATE_FORMAT = 1

const globals = globalThis as unknown as Record<symbol, unknown>

/**
 * Returns the one value of a name in this process. Bundlers give every page and route handler its own copy of a module, so
 * state that all of them must share cannot be a module variable.
 */
export function getGlobalSingleton<T>(name: string, create: () => T): T {
  return ((globals as Record<symbol, T | undefined>)[toSymbol(name)] ??= create())
}

/**
 * Like {@link getGlobalSingleton} for a constant of a module. The value is created when the result is first called, because
 * an import must have no side effects. Later calls cost one read of a variable.
 */
export function defineGlobalSingleton<T>(name: string, create: () => T): () => T {
  let value: T | undefined
  return () => (value ??= getGlobalSingleton(name, create))
}

/** Makes the next call create a new value. Does nothing when `value` was already replaced or deleted. */
export function deleteGlobalSingleton(name: string, value: unknown): void {
  const key = toSymbol(name)
  if (globals[key] === value) delete globals[key]
}

function toSymbol(name: string): symbol {
  return Symbol.for(`react-cache-content/${STATE_FORMAT}/${name}`)
}
