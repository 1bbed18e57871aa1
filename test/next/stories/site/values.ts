/**
 * The site's database. A key reads as '1' until it is written. Pages and route handlers are in separate bundles, so the
 * values are global.
 */
const place = Symbol.for('uncached.values')
const shared = globalThis as typeof globalThis & { [place]?: Map<string, string> }
shared[place] ??= new Map()

export const values = shared[place]

export function read(key: string): string {
  return `${key}=${values.get(key) ?? '1'}`
}
