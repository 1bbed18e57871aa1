import { readCms } from './cms'

// Pages and route handlers are in separate bundles, so the counter is global.
const place = Symbol.for('caches.renders')
const shared = globalThis as typeof globalThis & { [place]?: number }

/** No other call in any process returns the same. */
export function createStamp(): string {
  shared[place] = (shared[place] ?? 0) + 1
  return `${process.pid}-${shared[place]}`
}

/** What the tests read from a page: a value, and the stamp of its computation. */
export function show(name: string, value: string | null): string {
  return `${name}=${value}@${createStamp()}`
}

/** Reads the key past all caches, and shows its value. */
export async function showCms(name: string, key: string): Promise<string> {
  return show(name, await readCms(key))
}
