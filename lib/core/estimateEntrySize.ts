import type { Entry } from './fragmentStore.ts'

/** What an entry costs in memory beside its payload and its strings: objects, map and set slots. Estimated. */
const ENTRY_OVERHEAD = 512
const EDGE_OVERHEAD = 96

/** Bytes that an entry and its place in an index take in this process. */
export function estimateEntrySize(key: string, { payload, dependencies }: Entry): number {
  // UTF-16, twice: a dependency is in the entry and in the index.
  const strings = dependencies.reduce(
    (sum, object) => sum + 2 * object.length + EDGE_OVERHEAD,
    2 * key.length,
  )
  return payload.byteLength + strings + ENTRY_OVERHEAD
}
