import type { Entry, FragmentStore, Token } from '../../lib/core/fragmentStore.ts'
import { entryOf } from './entries.ts'

/** Fetches the token of a fill that begins now. */
export async function fetchToken(store: FragmentStore, key = 'whatever'): Promise<Token> {
  const [lookups] = await store.lookup([{ key, ageMs: 0, shared: true }])
  if (lookups?.token === undefined) throw new Error('The store did not answer with a token.')
  return lookups.token
}

/** Commits an entry whose fill begins now. */
export async function commitEntry(store: FragmentStore, key: string, fields: Partial<Entry> = {}) {
  return store.commit(key, entryOf(fields), await fetchToken(store, key))
}

/** Returns the keys that are stored. */
export async function filterStored(store: FragmentStore, keys: readonly string[]): Promise<string[]> {
  const lookups = await store.lookup(keys.map((key) => ({ key, ageMs: 0, shared: true })))
  return keys.filter((_, index) => lookups[index]?.entry !== undefined)
}
