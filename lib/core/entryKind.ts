/** Names of the entries that Next's caches have in a store. Other names are those of fragments. */
const NEXT_ENTRY_KINDS = {
  'next/page': 'page',
  'next/route': 'routeHandler',
  'next/data': 'data',
  'next/use-cache': 'cachedFunction',
  'next/build': 'buildMarker',
} as const

export type NextEntryName = keyof typeof NEXT_ENTRY_KINDS

/**
 * What an entry holds: `data` is the answer of a `fetch` or the result of `unstable_cache`, `cachedFunction` the result of
 * `'use cache'`. A `buildMarker` notes that the pages of a build were taken into the store. It depends on nothing.
 */
export type EntryKind = 'fragment' | (typeof NEXT_ENTRY_KINDS)[NextEntryName]

/** @param name as in the header of the entry */
export function getEntryKind(name: string): EntryKind {
  return Object.hasOwn(NEXT_ENTRY_KINDS, name) ? NEXT_ENTRY_KINDS[name as NextEntryName] : 'fragment'
}

/**
 * The kind of the entry with a key, for an entry whose header is unknown. A route handler counts as a page, because Next
 * reads both under the same name.
 *
 * @param key as `createFragmentKey` creates it
 */
export function getEntryKindOfKey(key: string): EntryKind {
  const name = /^"([^"\\]+)"[@#]/.exec(key)?.[1]
  return name === undefined ? 'fragment' : getEntryKind(name)
}
