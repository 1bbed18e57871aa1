import type { Entry } from './fragmentStore.ts'

/** Estimated bytes of an entry's objects and its slots in maps and sets, without its payload and strings. */
const ENTRY_OVERHEAD = 512
/** The same for each dependency. */
const EDGE_OVERHEAD = 96

/** Estimates the bytes that an entry and its place in an index take in this process. */
export function estimateEntrySize(key: string, { payload, dependencies }: Entry): number {
  // Two bytes per character.
  const strings = dependencies.reduce(
    (sum, object) => sum + 2 * object.length + EDGE_OVERHEAD,
    2 * key.length,
  )
  return payload.byteLength + strings + ENTRY_OVERHEAD
}
