/** The site's database: what has been written, else '1'. Pages and route handlers are bundled apart. */
const place = Symbol.for('uncached.values')
const shared = globalThis as typeof globalThis & { [place]?: Map<string, string> }
shared[place] ??= new Map()

export const values = shared[place]

export function read(key: string): string {
  return `${key}=${values.get(key) ?? '1'}`
}
