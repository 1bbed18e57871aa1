import { ENTRY_FORMAT, type Entry } from '../../lib/core/fragmentStore.ts'

/** An entry that lives for ever, unless the test says otherwise. */
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
