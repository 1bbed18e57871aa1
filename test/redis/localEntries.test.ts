import { describe, expect, it } from 'vitest'
import { createLocalEntries } from '../../lib/redis/localCache/localEntries.ts'
import { entryOf } from '../support/entries.ts'
import { fakeClock } from '../support/fakeClock.ts'

function localEntries(maxBytes = 1_000_000) {
  const time = fakeClock()
  const entries = createLocalEntries(maxBytes, time.now)
  return {
    ...entries,
    time,
    /** A reply to a lookup that was sent just now. */
    put(key: string, dependencies: readonly string[], clock = 0, sentAt = time.now() + 1, bytes = 10) {
      time.advance(1)
      const payload = new Uint8Array(bytes)
      entries.put(key, entryOf({ dependencies, name: key, payload }), { clock, sentAt })
    },
    has: (key: string) => entries.get(key) !== undefined,
  }
}

describe('a local copy', () => {
  it('a local copy is the last that was put', () => {
    const entries = localEntries()
    entries.put('a', ['x'])
    expect(entries.get('a')).toMatchObject({ dependencies: ['x'], name: 'a' })
    expect(entries.get('b')).toBeUndefined()
  })

  it('a local copy goes with an expiry of any of its objects, and no other does', () => {
    const entries = localEntries()
    entries.put('a', ['x', 'y'])
    entries.put('b', ['y', 'z'])
    entries.put('c', ['z'])
    entries.invalidate(['y', 'w'], 1)
    expect(['a', 'b', 'c'].map(entries.has)).toEqual([false, false, true])
  })

  it('a local copy stays when it is younger than the news of an expiry', () => {
    const entries = localEntries()
    entries.put('a', ['x'], 5)
    entries.invalidate(['x'], 5)
    expect(entries.has('a')).toBe(true)
    entries.invalidate(['x'], 6)
    expect(entries.has('a')).toBe(false)
  })

  it('a local copy older than the news of an expiry is not kept', () => {
    const entries = localEntries()
    entries.invalidate(['x'], 5)
    entries.put('a', ['x', 'y'], 4)
    expect(entries.has('a')).toBe(false)
    entries.put('a', ['x', 'y'], 5)
    expect(entries.has('a')).toBe(true)
  })

  it('a local copy older than the second of two expiries is not kept', () => {
    const entries = localEntries()
    entries.invalidate(['x'], 7)
    // News of our own expiries comes at once, and again through the log.
    entries.invalidate(['x'], 5)
    entries.put('a', ['x'], 6)
    expect(entries.has('a')).toBe(false)
  })

  it('a local copy older than the very first expiry is not kept', () => {
    const entries = localEntries()
    entries.invalidate(['x'], 1)
    entries.put('a', ['x'], 0)
    expect(entries.has('a')).toBe(false)
  })

  it('a local copy is found by its current objects, not by former ones', () => {
    const entries = localEntries()
    entries.put('a', ['old', 'both'])
    entries.put('a', ['both', 'new'])
    entries.invalidate(['old'], 1)
    expect(entries.has('a')).toBe(true)
    entries.invalidate(['new'], 2)
    expect(entries.has('a')).toBe(false)
  })

  it('a local copy is forgotten by its key', () => {
    const entries = localEntries()
    entries.put('a', ['x'])
    entries.put('b', ['x'])
    entries.deleteKeys(['a', 'never there'])
    expect(['a', 'b'].map(entries.has)).toEqual([false, true])
  })

  it('a local copy asked for before the news of a change is not kept', () => {
    const entries = localEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    entries.deleteKeys(['a'])
    entries.put('a', ['x'], 0, sentAt)
    entries.put('b', ['x'], 0, sentAt)
    expect(['a', 'b'].map(entries.has)).toEqual([false, true])
    entries.put('a', ['x'])
    expect(entries.has('a')).toBe(true)
  })

  it('a local copy asked for before everything was dropped is not kept', () => {
    const entries = localEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    entries.put('b', ['x'])
    entries.clear()
    entries.put('a', ['x'], 9, sentAt)
    expect(['a', 'b'].map(entries.has)).toEqual([false, false])
    entries.put('a', ['x'])
    expect(entries.has('a')).toBe(true)
  })

  it('a local copy of a new history is kept although its clock is low', () => {
    const entries = localEntries()
    entries.invalidate(['x'], 50)
    entries.clear()
    entries.put('a', ['x'], 1)
    expect(entries.has('a')).toBe(true)
  })
})

describe('however much there is to remember, a reply that is too old is not kept', () => {
  const many = Array.from({ length: 25_000 }, (_, i) => `object ${i}`)

  it('no reply that is too old is kept, however many expiries there are', () => {
    const entries = localEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    for (const [i, object] of many.entries()) entries.invalidate([object], i + 1)
    for (const [i, object] of many.entries()) entries.put(`of ${object}`, [object], i, sentAt)
    expect(many.filter((object) => entries.has(`of ${object}`))).toEqual([])
    entries.put('later', ['object 24999'], 25_000)
    expect(entries.has('later')).toBe(true)
  })

  it('no reply that is too old is kept, however many changes there are', () => {
    const entries = localEntries()
    const sentAt = entries.time.now()
    entries.time.advance(1)
    entries.deleteKeys(many)
    for (const key of many) entries.put(key, ['x'], 0, sentAt)
    expect(many.filter(entries.has)).toEqual([])
    entries.put('object 24999', ['x'])
    expect(entries.has('object 24999')).toBe(true)
  })
})

describe('the bound in bytes', () => {
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
  const putAll = (entries: ReturnType<typeof localEntries>) => {
    for (const key of keys) entries.put(key, [key], 0, undefined, 10_000)
  }

  it('the bound in bytes holds, and the least recently used copies go first', () => {
    const entries = localEntries(100_000)
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

  it('the bound in bytes counts the objects of copies, too', () => {
    const entries = localEntries(100_000)
    for (const key of keys) entries.put(key, [`${key} ${'x'.repeat(5_000)}`])
    expect(keys.filter(entries.has).length).toBeLessThanOrEqual(10)
  })

  it('a copy larger than the bound replaces only the copy of its key', () => {
    const entries = localEntries(100_000)
    entries.put('a', ['x'])
    entries.put('b', ['x'])
    entries.put('a', ['x'], 0, undefined, 200_000)
    expect(['a', 'b'].map(entries.has)).toEqual([false, true])
  })

  it('a removed copy leaves no trace', () => {
    const entries = localEntries(100_000)
    putAll(entries)
    const gone = keys.filter((key) => !entries.has(key))
    // A trace would let an expiry of what was there take what is there now.
    for (const key of gone) entries.put(key, ['other'])
    for (const key of gone) entries.invalidate([key], 5)
    expect(gone.filter(entries.has)).toEqual(gone)
  })
})
