import { ENTRY_FORMAT, type Entry } from '../../lib/core/fragmentStore.ts'

/** Creates an entry that never expires by default. */
export function entryOf(fields: Partial<Entry> = {}): Entry {
  return {
    format: ENTRY_FORMAT,
    name: 'section',
    createdAt: 1_000,
    staleAt: Infinity,
    discardAt: Infinity,
    dependencies: [],
    route: undefined,
    payload: new TextEncoder().encode('output'),
    ...fields,
  }
}
