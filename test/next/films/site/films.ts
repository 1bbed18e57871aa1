/**
 * The site's database, and the number of times that each title was read. Pages and route handlers are in separate bundles,
 * so both are global.
 */
interface Films {
  readonly titles: Map<string, string>
  readonly reads: Map<string, number>
}

const place = Symbol.for('fixture.films')
const shared = globalThis as typeof globalThis & { [place]?: Films }
shared[place] ??= { titles: new Map(), reads: new Map() }

export const films = shared[place]

/** @param reader the part of the site that shows the title */
export function readTitle(id: string, reader: string): string {
  const name = `${reader} ${id}`
  films.reads.set(name, (films.reads.get(name) ?? 0) + 1)
  return `${name}=${films.titles.get(id) ?? 'first title'}`
}
