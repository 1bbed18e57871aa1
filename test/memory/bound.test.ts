import { describe, expect, it } from 'vitest'
import { memoryStore } from '../../lib/memory/memoryStore.ts'
import { commitEntry, filterStored } from '../support/commitEntry.ts'
import { fakeClock } from '../support/fakeClock.ts'
import { heapAfterGc } from '../support/heapAfterGc.ts'

const bytes = (size: number) => new Uint8Array(size)
const createKeys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)

describe('the bound of the memory store', () => {
  it('the bound holds for payloads, and the oldest are evicted first', async () => {
    const store = memoryStore({ name: false, maxBytes: 1_000_000 })
    const keys = createKeys(50)
    for (const key of keys) await commitEntry(store, key, { payload: bytes(100_000) })
    const stored = await filterStored(store, keys)
    expect(stored.length).toBeGreaterThanOrEqual(8)
    expect(stored.length).toBeLessThan(10)
    expect(stored).toEqual(keys.slice(-stored.length))
  })

  it('the bound holds for keys and dependencies too', async () => {
    const store = memoryStore({ name: false, maxBytes: 1_000_000 })
    const keys = createKeys(100)
    for (const key of keys) {
      const dependencies = Array.from({ length: 100 }, (_, i) => `${key} ${'x'.repeat(500)} ${i}`)
      await commitEntry(store, key, { payload: bytes(1), dependencies })
    }
    // 100 strings of 500 characters, two bytes each: no more than ten such entries fit.
    expect((await filterStored(store, keys)).length).toBeLessThanOrEqual(10)
    const long = createKeys(100).map((key) => key.repeat(25_000))
    for (const key of long) await commitEntry(store, key, { payload: bytes(1) })
    expect((await filterStored(store, long)).length).toBeLessThanOrEqual(10)
  })

  it('a recently read entry is not evicted', async () => {
    const store = memoryStore({ name: false, maxBytes: 1_000_000 })
    await commitEntry(store, 'read often', { payload: bytes(100_000) })
    for (const key of createKeys(50)) {
      await commitEntry(store, key, { payload: bytes(100_000) })
      expect(await filterStored(store, ['read often'])).toEqual(['read often'])
    }
  })

  it('a stored payload does not keep a larger buffer alive', async () => {
    const store = memoryStore({ name: false, maxBytes: 10_000 })
    await commitEntry(store, 'a', { payload: bytes(1_000_000).subarray(0, 100) })
    const [lookup] = await store.lookup([{ key: 'a', ageMs: 0 }])
    expect(lookup?.entry?.payload.buffer.byteLength).toBe(100)
  })

  it('an entry that can never fit is refused, and the others stay', async () => {
    const store = memoryStore({ name: false, maxBytes: 10_000 })
    await commitEntry(store, 'small', { dependencies: ['x'] })
    expect(await commitEntry(store, 'large', { payload: bytes(10_001), dependencies: ['x'] })).toBe(
      'too-large',
    )
    expect(await commitEntry(store, 'small', { payload: bytes(10_001), dependencies: ['y'] })).toBe(
      'too-large',
    )
    expect(await store.getDependents('x')).toEqual(['small'])
    expect(await store.getDependents('y')).toEqual([])
    expect(await filterStored(store, ['small', 'large'])).toEqual(['small'])
  })

  it('an evicted entry leaves the index', async () => {
    const store = memoryStore({ name: false, maxBytes: 1_000_000 })
    const keys = createKeys(50)
    for (const key of keys)
      await commitEntry(store, key, { payload: bytes(100_000), dependencies: ['x', `of ${key}`] })
    const stored = await filterStored(store, keys)
    expect(await store.getDependents('x')).toEqual(stored)
    for (const key of keys) {
      expect(await store.getDependents(`of ${key}`)).toEqual(stored.includes(key) ? [key] : [])
    }
    expect(await store.expire(['x'])).toBe(stored.length)
  })

  it('an entry past its lifetime leaves the index at its next lookup', async () => {
    const clock = fakeClock()
    const store = memoryStore({ name: false, now: clock.now })
    await commitEntry(store, 'a', { dependencies: ['x'], discardAt: clock.now() + 10 })
    clock.advance(10)
    await filterStored(store, ['a'])
    expect(await filterStored(store, ['a'])).toEqual([])
    expect(await store.getDependents('x')).toEqual([])
  })

  it('an object without fragments takes no memory', async () => {
    const clock = fakeClock()
    const store = memoryStore({ name: false, maxBytes: 100_000, retention: 1, now: clock.now })
    const cycle = async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        clock.advance(1)
        await commitEntry(store, `k${clock.now()}`, {
          dependencies: [`dropped:${clock.now()}`, `expired:${clock.now()}`],
        })
        if (turn % 2 === 0) await store.expire([`expired:${clock.now()}`])
      }
    }
    await cycle(5_000)
    const before = heapAfterGc()
    await cycle(50_000)
    // Empty sets and old stamps of all cycles would be more than 10 MB.
    expect(heapAfterGc() - before).toBeLessThan(3_000_000)
  }, 60_000)

  it('the index matches the entries after a hundred thousand cycles', async () => {
    const store = memoryStore({ name: false, maxBytes: 200_000 })
    const objects = Array.from({ length: 97 }, (_, i) => `object:${i}`)
    for (let cycle = 0; cycle < 100_000; cycle++) {
      const dependencies = [0, 1, 2].map((step) => objects[(cycle + step * 31) % objects.length] as string)
      await commitEntry(store, `k${cycle % 1_009}`, { dependencies, payload: bytes(cycle % 3_000) })
      if (cycle % 5 === 0) await store.expire([objects[cycle % objects.length] as string])
    }
    const keys = createKeys(1_009)
    const indexed = new Set((await Promise.all(objects.map(store.getDependents))).flat())
    expect([...indexed].sort()).toEqual((await filterStored(store, keys)).sort())
    await store.expire(objects)
    expect(await filterStored(store, keys)).toEqual([])
    expect((await Promise.all(objects.map(store.getDependents))).flat()).toEqual([])
  }, 60_000)
})
