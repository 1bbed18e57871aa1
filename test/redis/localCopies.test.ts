import { describe, expect, it } from 'vitest'
import { createLocalCopies } from '../../lib/redis/localCopies.ts'
import { entryOf } from '../support/entries.ts'
import { fakeClock } from '../support/fakeClock.ts'

function localCopies(maxBytes = 1_000_000) {
  const time = fakeClock()
  const copies = createLocalCopies(maxBytes, time.now)
  return {
    ...copies,
    time,
    /** A reply to a lookup that was sent just now. */
    put(key: string, dependencies: readonly string[], clock = 0, sent = time.now() + 1, bytes = 10) {
      time.advance(1)
      const payload = new Uint8Array(bytes)
      copies.put(key, entryOf({ dependencies, name: key, payload }), { clock, sent })
    },
    has: (key: string) => copies.get(key) !== undefined,
  }
}

describe('a local copy', () => {
  it('is what was put last', () => {
    const copies = localCopies()
    copies.put('a', ['x'])
    expect(copies.get('a')).toMatchObject({ dependencies: ['x'], name: 'a' })
    expect(copies.get('b')).toBeUndefined()
  })

  it('is dropped by an expiry of any object that it shows, and no other copy is', () => {
    const copies = localCopies()
    copies.put('a', ['x', 'y'])
    copies.put('b', ['y', 'z'])
    copies.put('c', ['z'])
    copies.drop(['y', 'w'], 1)
    expect(['a', 'b', 'c'].map(copies.has)).toEqual([false, false, true])
  })

  it('stays when Redis handed it out after the expiry that is heard of only now', () => {
    const copies = localCopies()
    copies.put('a', ['x'], 5)
    copies.drop(['x'], 5)
    expect(copies.has('a')).toBe(true)
    copies.drop(['x'], 6)
    expect(copies.has('a')).toBe(false)
  })

  it('is not kept when the reply comes later than the news of an expiry which it has not seen', () => {
    const copies = localCopies()
    copies.drop(['x'], 5)
    copies.put('a', ['x', 'y'], 4)
    expect(copies.has('a')).toBe(false)
    copies.put('a', ['x', 'y'], 5)
    expect(copies.has('a')).toBe(true)
  })

  it('is not kept when it has seen the first of two expiries only', () => {
    const copies = localCopies()
    copies.drop(['x'], 7)
    // News of our own expiries comes at once, and again through the log.
    copies.drop(['x'], 5)
    copies.put('a', ['x'], 6)
    expect(copies.has('a')).toBe(false)
  })

  it('is not kept when the very first expiry came before its reply', () => {
    const copies = localCopies()
    copies.drop(['x'], 1)
    copies.put('a', ['x'], 0)
    expect(copies.has('a')).toBe(false)
  })

  it('is found by what it shows now, not by what it showed before', () => {
    const copies = localCopies()
    copies.put('a', ['old', 'both'])
    copies.put('a', ['both', 'new'])
    copies.drop(['old'], 1)
    expect(copies.has('a')).toBe(true)
    copies.drop(['new'], 2)
    expect(copies.has('a')).toBe(false)
  })

  it('is forgotten by its key', () => {
    const copies = localCopies()
    copies.put('a', ['x'])
    copies.put('b', ['x'])
    copies.forget(['a', 'never there'])
    expect(['a', 'b'].map(copies.has)).toEqual([false, true])
  })

  it('is not kept when it was asked for before a change of that key was heard of', () => {
    const copies = localCopies()
    const sent = copies.time.now()
    copies.time.advance(1)
    copies.forget(['a'])
    copies.put('a', ['x'], 0, sent)
    copies.put('b', ['x'], 0, sent)
    expect(['a', 'b'].map(copies.has)).toEqual([false, true])
    copies.put('a', ['x'])
    expect(copies.has('a')).toBe(true)
  })

  it('is not kept when it was asked for before everything was dropped', () => {
    const copies = localCopies()
    const sent = copies.time.now()
    copies.time.advance(1)
    copies.put('b', ['x'])
    copies.clear()
    copies.put('a', ['x'], 9, sent)
    expect(['a', 'b'].map(copies.has)).toEqual([false, false])
    copies.put('a', ['x'])
    expect(copies.has('a')).toBe(true)
  })

  it('is kept in a new history although its clock is that of an early expiry in the last', () => {
    const copies = localCopies()
    copies.drop(['x'], 50)
    copies.clear()
    copies.put('a', ['x'], 1)
    expect(copies.has('a')).toBe(true)
  })
})

describe('however much there is to remember, a reply that is too old is not kept', () => {
  const many = Array.from({ length: 25_000 }, (_, i) => `object ${i}`)

  it('of expiries', () => {
    const copies = localCopies()
    const sent = copies.time.now()
    copies.time.advance(1)
    for (const [i, object] of many.entries()) copies.drop([object], i + 1)
    for (const [i, object] of many.entries()) copies.put(`of ${object}`, [object], i, sent)
    expect(many.filter((object) => copies.has(`of ${object}`))).toEqual([])
    copies.put('later', ['object 24999'], 25_000)
    expect(copies.has('later')).toBe(true)
  })

  it('of changes', () => {
    const copies = localCopies()
    const sent = copies.time.now()
    copies.time.advance(1)
    copies.forget(many)
    for (const key of many) copies.put(key, ['x'], 0, sent)
    expect(many.filter(copies.has)).toEqual([])
    copies.put('object 24999', ['x'])
    expect(copies.has('object 24999')).toBe(true)
  })
})

describe('the bound in bytes', () => {
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
  const putAll = (copies: ReturnType<typeof localCopies>) => {
    for (const key of keys) copies.put(key, [key], 0, undefined, 10_000)
  }

  it('holds, the least recently used going first', () => {
    const copies = localCopies(100_000)
    copies.put('read often', [], 0, undefined, 10_000)
    for (const key of keys) {
      copies.put(key, [key], 0, undefined, 10_000)
      expect(copies.has('read often')).toBe(true)
    }
    const kept = keys.filter(copies.has)
    expect(kept.length).toBeGreaterThanOrEqual(7)
    expect(kept.length).toBeLessThan(10)
    expect(kept).toEqual(keys.slice(-kept.length))
  })

  it('holds for what the copies show, too', () => {
    const copies = localCopies(100_000)
    for (const key of keys) copies.put(key, [`${key} ${'x'.repeat(5_000)}`])
    expect(keys.filter(copies.has).length).toBeLessThanOrEqual(10)
  })

  it('keeps nothing that is larger, and loses nothing for it but the copy of that key', () => {
    const copies = localCopies(100_000)
    copies.put('a', ['x'])
    copies.put('b', ['x'])
    copies.put('a', ['x'], 0, undefined, 200_000)
    expect(['a', 'b'].map(copies.has)).toEqual([false, true])
  })

  it('leaves no trace of what went', () => {
    const copies = localCopies(100_000)
    putAll(copies)
    const gone = keys.filter((key) => !copies.has(key))
    // A trace would let an expiry of what was there take what is there now.
    for (const key of gone) copies.put(key, ['other'])
    for (const key of gone) copies.drop([key], 5)
    expect(gone.filter(copies.has)).toEqual(gone)
  })
})
