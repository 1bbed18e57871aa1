import type { Entry, FragmentStore, Token } from '../../lib/core/store.ts'
import { entryOf } from './entries.ts'

/** As a fill takes it that begins just now. */
export async function tokenFrom(store: FragmentStore, key = 'whatever'): Promise<Token> {
  const [found] = await store.lookup([{ key, age: 0, shared: true }])
  if (found?.token === undefined) throw new Error('The store did not answer with a token.')
  return found.token
}

/** Commits an entry whose fill has begun just now. */
export async function put(store: FragmentStore, key: string, fields: Partial<Entry> = {}) {
  return store.commit(key, entryOf(fields), await tokenFrom(store, key))
}

/** Which of the keys are stored. */
export async function storedOf(store: FragmentStore, keys: readonly string[]): Promise<string[]> {
  const found = await store.lookup(keys.map((key) => ({ key, age: 0, shared: true })))
  return keys.filter((_, index) => found[index]?.entry !== undefined)
}
