import { describe, expect, it } from 'vitest'
import { createEntryCache } from '../../lib/core/entryCache.ts'
import { entryOf } from '../support/entries.ts'

const KB = 1_000
const item = (bytes: number, dependencies: readonly string[] = []) => ({
  entry: entryOf({ payload: new Uint8Array(bytes), dependencies }),
})

function createCache(maxBytes: number) {
  const cache = createEntryCache<ReturnType<typeof item>>(maxBytes)
  const put = (key: string, bytes: number) => {
    const added = item(bytes)
    cache.set(key, added)
    return added.entry.payload
  }
  return { cache, put }
}

describe('a derived value', () => {
  it('a derived value stays as long as its payload', () => {
    const { cache, put } = createCache(100 * KB)
    const payload = put('a', KB)
    const value = {}
    cache.derived.set(payload, value, KB)
    expect(cache.derived.get(payload)).toBe(value)
    put('a', KB)
    expect(cache.derived.get(payload)).toBeUndefined()
  })

  it.each<[string, (cache: ReturnType<typeof createCache>['cache']) => void]>([
    ['deleted', (cache) => cache.delete('a')],
    ['cleared', (cache) => cache.clear()],
  ])('a derived value is removed when its entry is %s', (_, remove) => {
    const { cache, put } = createCache(100 * KB)
    const payload = put('a', KB)
    cache.derived.set(payload, {}, KB)
    remove(cache)
    expect(cache.derived.get(payload)).toBeUndefined()
    cache.derived.set(payload, {}, KB)
    expect(cache.derived.get(payload)).toBeUndefined()
  })

  it('a derived value is not kept for a payload outside the cache', () => {
    const { cache } = createCache(100 * KB)
    const payload = new Uint8Array(1)
    cache.derived.set(payload, {}, 1)
    expect(cache.derived.get(payload)).toBeUndefined()
  })

  it('a later derived value replaces an earlier one', () => {
    const { cache, put } = createCache(100 * KB)
    const payload = put('a', KB)
    const later = {}
    cache.derived.set(payload, {}, KB)
    cache.derived.set(payload, later, KB)
    expect(cache.derived.get(payload)).toBe(later)
  })
})

describe('the bound of a cache', () => {
  it('the bound holds for entries and derived values together', () => {
    const { cache, put } = createCache(100 * KB)
    const payloads = Array.from({ length: 10 }, (_, index) => put(`k${index}`, 2 * KB))
    for (const payload of payloads) cache.derived.set(payload, {}, 20 * KB)
    const cached = payloads.filter((payload) => cache.derived.get(payload))
    // The entries leave room for three values, and the latest are kept.
    expect(cached).toEqual(payloads.slice(-3))
    for (let index = 0; index < 10; index++) expect(cache.has(`k${index}`)).toBe(true)
  })

  it('derived values get half of the bound when entries would fill it', () => {
    const { cache, put } = createCache(100 * KB)
    const payloads = Array.from({ length: 9 }, (_, index) => put(`k${index}`, 10 * KB))
    for (const payload of payloads) cache.derived.set(payload, {}, 10 * KB)
    const values = payloads.filter((payload) => cache.derived.get(payload))
    const entries = payloads.filter((_, index) => cache.has(`k${index}`))
    expect(values.length).toBeGreaterThanOrEqual(3)
    expect(entries.length).toBeGreaterThanOrEqual(4)
    expect(entries.length + values.length).toBeLessThan(10)
    expect(cache.has('k8')).toBe(true)
  })

  it('a derived value larger than its share is not kept', () => {
    const { cache, put } = createCache(100 * KB)
    const payloads = Array.from({ length: 6 }, (_, index) => put(`k${index}`, 10 * KB))
    cache.derived.set(payloads[0] as Uint8Array, {}, 10 * KB)
    cache.derived.set(payloads[5] as Uint8Array, {}, 60 * KB)
    expect(payloads.map((payload) => cache.derived.get(payload) !== undefined)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ])
    for (let index = 0; index < 6; index++) expect(cache.has(`k${index}`)).toBe(true)
  })

  it('a new entry displaces derived values', () => {
    const { cache, put } = createCache(100 * KB)
    const first = put('a', KB)
    cache.derived.set(first, {}, 80 * KB)
    put('b', 90 * KB)
    expect(cache.has('b')).toBe(true)
    expect(cache.derived.get(first)).toBeUndefined()
  })

  it('an entry larger than the bound is not kept', () => {
    const { cache } = createCache(100 * KB)
    expect(cache.set('a', item(101 * KB, ['x']))).toBe(false)
    expect([...cache.getDependents(['x'])]).toEqual([])
  })
})
