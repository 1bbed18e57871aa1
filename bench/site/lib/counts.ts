interface Counts {
  /** Fragments whose markup was rendered. */
  rendered: number
  /** Fragments whose data was loaded. */
  loaded: number
  /** Events of this library. */
  hit: number
  miss: number
  /** Failures of a store, such as a full Redis. */
  failed: number
}

const holder = globalThis as { benchmarkCounts?: Counts }

/** Stored globally, because Next bundles pages, routes and the instrumentation separately. */
export const counts: Counts = (holder.benchmarkCounts ??= {
  rendered: 0,
  loaded: 0,
  hit: 0,
  miss: 0,
  failed: 0,
})

export function countEvent(event: { type: string; operation?: string; error?: unknown }): void {
  if (event.type === 'hit' || event.type === 'miss') counts[event.type]++
  if (event.type === 'store-error') {
    counts.failed++
    console.error(event.operation, event.error)
  }
}
