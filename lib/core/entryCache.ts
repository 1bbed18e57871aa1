import { LRUCache } from 'lru-cache'
import { estimateEntrySize } from './estimateEntrySize.ts'
import type { DerivedValues, Entry } from './fragmentStore.ts'

/** Entries kept in this process with their index and the values derived from their payloads, bounded by bytes. */
export interface EntryCache<Item extends { readonly entry: Entry }> {
  /** Counts as a use. */
  get(key: string): Item | undefined
  /** Does not count as a use. */
  peek(key: string): Item | undefined
  has(key: string): boolean
  /** Replaces the item of that key. @returns false when it is larger than the whole cache, and is not kept */
  set(key: string, item: Item): boolean
  delete(key: string): void
  /** Keys of the entries that depend on one of the objects. */
  getDependents(objects: readonly string[]): Set<string>
  clear(): void
  readonly derived: DerivedValues
}

/**
 * The share of the bytes that derived values may take from entries. Beyond it they only use bytes that no entry needs,
 * because a lost payload costs a render, and a lost derived value does not.
 */
const DERIVED_SHARE = 0.5
/** Estimated bytes of the record of a derived value, and of its places in maps. */
const DERIVED_OVERHEAD = 256

/**
 * @param maxBytes of all entries, their index and all derived values together. The least recently used go first.
 */
export function createEntryCache<Item extends { readonly entry: Entry }>(maxBytes: number): EntryCache<Item> {
  const index = new Map<string, Set<string>>()
  const derivedShare = Math.floor(maxBytes * DERIVED_SHARE)
  /** The payloads of the entries: no other payload may have a derived value. */
  const payloads = new WeakSet<Uint8Array>()
  const values = new LRUCache<Uint8Array, { readonly value: object; readonly bytes: number }>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => bytes,
  })
  const items = new LRUCache<string, Item>({
    maxSize: maxBytes,
    sizeCalculation: ({ entry }, key) => estimateEntrySize(key, entry),
    // Every removal of an entry also removes its index and its derived value.
    dispose({ entry }, key) {
      payloads.delete(entry.payload)
      values.delete(entry.payload)
      for (const object of entry.dependencies) {
        const keys = index.get(object)
        keys?.delete(key)
        if (keys?.size === 0) index.delete(object)
      }
    },
  })

  /** Never removes the latest item, which fits alone. */
  function makeRoom() {
    while (items.calculatedSize + values.calculatedSize > maxBytes) {
      if (values.calculatedSize > derivedShare || items.size <= 1) values.pop()
      else items.pop()
    }
  }

  return {
    get: (key) => items.get(key),
    peek: (key) => items.peek(key),
    has: (key) => items.has(key),
    set(key, item) {
      items.set(key, item)
      if (!items.has(key)) return false
      payloads.add(item.entry.payload)
      for (const object of item.entry.dependencies) {
        const keys = index.get(object) ?? new Set()
        index.set(object, keys.add(key))
      }
      makeRoom()
      return true
    },
    delete: (key) => void items.delete(key),
    getDependents(objects) {
      return new Set(objects.flatMap((object) => [...(index.get(object) ?? [])]))
    },
    clear() {
      items.clear()
      values.clear()
    },
    derived: {
      get: (payload) => values.get(payload)?.value,
      set(payload, value, valueBytes) {
        if (!payloads.has(payload)) return
        const bytes = Math.ceil(valueBytes) + DERIVED_OVERHEAD
        values.delete(payload)
        if (bytes > Math.max(derivedShare, maxBytes - items.calculatedSize)) return
        values.set(payload, { value, bytes })
        makeRoom()
      },
    },
  }
}
