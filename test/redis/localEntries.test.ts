import { describe, expect, it } from 'vitest'
import { createLocalEntries } from '../../lib/redis/localCache/localEntries.ts'
import { entryOf } from '../support/entries.ts'
import { fakeClock } from '../support/fakeClock.ts'

function createTimedEntries(maxBytes = 1_000_000) {
  const time = fakeClock()
  const entries = createLocalEntries(maxBytes, time.now)
  return {
    ...entries,
    time,
    /** Puts an entry of a reply. By default its lookup was sent just now. */
    put(key: string, dependencies: readonly string[], clock = 0, sentAt = time.now() + 1, bytes = 10) {
      time.advance(1)
      const payload = new Uint8Array(bytes)
      entries.put(key, entryOf({ dependencies, name: key, payload }), {
        clock,
        sentAt,
        epoch: 'e',
        fingerprint: undefined,
      })
    },
    has: (key: string) => entries.get(key) !== undefined,
  }
}

describe('a local copy', () => {
  it('a local copy is the last entry that was put', () => {
    const entries = createTimedEntries()
    entries.put('a', ['x'])
    expect(entries.get('a')).toMatchObject({ dependencies: ['x'], name: 'a' })
    expect(entries.get('b')).toBeUndefined()
  })

  it('a local copy is dropped by an expiry of any of its objects, and no other copy is', () => {
    const entries = createTimedEntries()
    entries.put('a', ['x', 'y'])
    entries.put('b', ['y', 'z'])
    entries.put('c', ['z'])
    entries.invalidate(['y', 'w'], 1)
    expect(['a', 'b', 'c'].map(entries.has)).toEqual([false, false, true])
  })

  it('a local copy stays when it was read after the expiry', () => {
    const entries = createTimedEntries()
    entries.put('a', ['x'], 5)
    entries.invalidate(['x'], 5)
    expect(entries.has('a')).toBe(true)
    entries.invalidate(['x'], 6)
    expect(entries.has('a')).toBe(false)
  })

  it('an entry that was read before a known expiry is not kept', () => {
    const entries = createTimedEntries()
    entries.invalidate(['x'], 5)
    entries.put('a', ['x', 'y'], 4)
    expect(entries.has('a')).toBe(false)
    entries.put('a', ['x', 'y'], 5)
    expect(entries.has('a')).toBe(true)
  })

  it('an entry is compared with the latest expiry, even if an older one arrives later', () => {
    const entries = createTimedEntries()
    entries.invalidate(['x'], 7)
    // An expiry of this process is applied at once, and again when the log has it.
    entries.invalidate(['x'], 5)
    entries.put('a', ['x'], 6)
    expect(entries.has('a')).toBe(false)
  })

  it('an entry that was read before the first expiry is not kept', () => {
    const entries = createTimedEntries()
    entries.invalidate(['x'], 1)
    entries.put('a', ['x'], 0)
    expect(entries.has('a')).toBe(false)
  })

  it('a local copy is dropped by expiries of its current objects, not of former ones', () => {
    const entries = createTimedEntries()
    entries.put('a', ['old', 'both'])
    entries.put('a', ['both', 'new'])
    entries.invalidate(['old'], 1)
    expect(entries.has('a')).toBe(true)
    entries.invalidate(['new'], 2)
    expect(entries.has('a')).toBe(false)
  })

  it('deleteKeys drops the copies of the given keys only', () => {
    const entries = createTimedEntries()
    entries.put('a', ['x'])
    entries.put('b', ['x'])
    entries.deleteKeys(['a', 'absent'])
    expect(['a', 'b'].map(entries.has)).toEqual([false, true])
  })

  it('an entry is not kept when its lookup was sent before a change was received', () => {
    const entries = createTimedEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    entries.deleteKeys(['a'])
    entries.put('a', ['x'], 0, sentAt)
    entries.put('b', ['x'], 0, sentAt)
    expect(['a', 'b'].map(entries.has)).toEqual([false, true])
    entries.put('a', ['x'])
    expect(entries.has('a')).toBe(true)
  })

  it('an entry is not kept when its lookup was sent before a clear', () => {
    const entries = createTimedEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    entries.put('b', ['x'])
    entries.clear()
    entries.put('a', ['x'], 9, sentAt)
    expect(['a', 'b'].map(entries.has)).toEqual([false, false])
    entries.put('a', ['x'])
    expect(entries.has('a')).toBe(true)
  })

  it('an entry of a new history is kept although its clock is low', () => {
    const entries = createTimedEntries()
    entries.invalidate(['x'], 50)
    entries.clear()
    entries.put('a', ['x'], 1)
    expect(entries.has('a')).toBe(true)
  })
})

describe('the record of expiries and changes', () => {
  const many = Array.from({ length: 25_000 }, (_, i) => `object ${i}`)

  it('no outdated reply is kept after 25,000 expiries', () => {
    const entries = createTimedEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    for (const [i, object] of many.entries()) entries.invalidate([object], i + 1)
    for (const [i, object] of many.entries()) entries.put(`of ${object}`, [object], i, sentAt)
    expect(many.filter((object) => entries.has(`of ${object}`))).toEqual([])
    entries.put('later', ['object 24999'], 25_000)
    expect(entries.has('later')).toBe(true)
  })

  it('no outdated reply is kept after 25,000 changes', () => {
    const entries = createTimedEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    entries.deleteKeys(many)
    for (const key of many) entries.put(key, ['x'], 0, sentAt)
    expect(many.filter(entries.has)).toEqual([])
    entries.put('object 24999', ['x'])
    expect(entries.has('object 24999')).toBe(true)
  })
})

describe('`maxBytes`', () => {
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
  const putAll = (entries: ReturnType<typeof createTimedEntries>) => {
    for (const key of keys) entries.put(key, [key], 0, undefined, 10_000)
  }

  it('local copies stay within `maxBytes`, and the least recently used are dropped', () => {
    const entries = createTimedEntries(100_000)
    entries.put('read often', [], 0, undefined, 10_000)
    for (const key of keys) {
      entries.put(key, [key], 0, undefined, 10_000)
      expect(entries.has('read often')).toBe(true)
    }
    const remaining = keys.filter(entries.has)
    expect(remaining.length).toBeGreaterThanOrEqual(7)
    expect(remaining.length).toBeLessThan(10)
    expect(remaining).toEqual(keys.slice(-remaining.length))
  })

  it('`maxBytes` counts the objects of a copy as well', () => {
    const entries = createTimedEntries(100_000)
    for (const key of keys) entries.put(key, [`${key} ${'x'.repeat(5_000)}`])
    expect(keys.filter(entries.has).length).toBeLessThanOrEqual(10)
  })

  it('an entry larger than `maxBytes` drops only the copy of its key', () => {
    const entries = createTimedEntries(100_000)
    entries.put('a', ['x'])
    entries.put('b', ['x'])
    entries.put('a', ['x'], 0, undefined, 200_000)
    expect(['a', 'b'].map(entries.has)).toEqual([false, true])
  })

  it('a dropped copy is no longer listed under its objects', () => {
    const entries = createTimedEntries(100_000)
    putAll(entries)
    const dropped = keys.filter((key) => !entries.has(key))
    // Otherwise an expiry of the former copy's object would drop the new copy.
    for (const key of dropped) entries.put(key, ['other'])
    for (const key of dropped) entries.invalidate([key], 5)
    expect(dropped.filter(entries.has)).toEqual(dropped)
  })
})
