interface Counts {
  /** Fragments whose markup was rendered, and whose data was loaded. */
  rendered: number
  loaded: number
  /** What this library's events say. */
  hit: number
  miss: number
}

const holder = globalThis as { benchmarkCounts?: Counts }

/** Of the whole process: Next bundles pages, routes and the instrumentation apart. */
export const counts: Counts = (holder.benchmarkCounts ??= { rendered: 0, loaded: 0, hit: 0, miss: 0 })

export function countEvent(event: { type: string; operation?: string; error?: unknown }): void {
  if (event.type === 'hit' || event.type === 'miss') counts[event.type]++
  if (event.type === 'store-error') console.error(event.operation, event.error)
}
