import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLocalExpiries } from '../../lib/redis/localCache/localExpiries.ts'
import { fakeClock } from '../support/fakeClock.ts'

function createTimedExpiries(maxObjects?: number) {
  const time = fakeClock()
  const expiries = createLocalExpiries(maxObjects, time.now)
  return {
    ...expiries,
    time,
    /** Puts a reply with the clocks of some objects. By default its request was sent just now. */
    put(clocks: Record<string, number>, clock: number, sentAt = time.now() + 1) {
      time.advance(1)
      expiries.put(Object.keys(clocks), { clock, clocks: Object.values(clocks), sentAt })
    },
  }
}

describe('the last expiries that a process keeps', () => {
  it('the last expiry of several objects is the highest of their clocks', () => {
    const expiries = createTimedExpiries()
    expiries.put({ a: 3, b: 7, c: 0 }, 9)
    expect(expiries.getLast(['a', 'b', 'c'])).toBe(7)
    expect(expiries.getLast(['a', 'c'])).toBe(3)
    expect(expiries.getLast(['c'])).toBe(0)
  })

  it('nothing is known of objects one of which was in no reply', () => {
    const expiries = createTimedExpiries()
    expiries.put({ a: 3 }, 9)
    expect(expiries.getLast(['a', 'b'])).toBeUndefined()
  })

  it('an expiry raises the clock of its objects only', () => {
    const expiries = createTimedExpiries()
    expiries.put({ a: 3, b: 4 }, 9)
    expiries.record(['a', 'other'], 10)
    expect(expiries.getLast(['a'])).toBe(10)
    expect(expiries.getLast(['b'])).toBe(4)
  })

  it('an expiry that arrives late, or again, lowers no clock', () => {
    const expiries = createTimedExpiries()
    expiries.put({ a: 3 }, 9)
    expiries.record(['a'], 12)
    expiries.record(['a'], 10)
    expect(expiries.getLast(['a'])).toBe(12)
  })

  it('a reply from before an expiry does not lower the clock of a known object', () => {
    const expiries = createTimedExpiries()
    expiries.put({ a: 3 }, 9)
    expiries.record(['a'], 10)
    expiries.put({ a: 3 }, 9)
    expect(expiries.getLast(['a'])).toBe(10)
  })

  it('a reply from before an expiry of an unknown object is not kept', () => {
    const expiries = createTimedExpiries()
    expiries.record(['a'], 10)
    expiries.put({ a: 3 }, 9)
    expect(expiries.getLast(['a'])).toBeUndefined()
    expiries.put({ a: 10 }, 10)
    expect(expiries.getLast(['a'])).toBe(10)
  })

  it('an expiry alone makes no object known', () => {
    const expiries = createTimedExpiries()
    expiries.clear()
    // The reply to an expiry of this process, which was applied before the expiries of a gap.
    expiries.record(['a'], 5)
    expect(expiries.getLast(['a'])).toBeUndefined()
  })

  it('a clear forgets all clocks, and replies to earlier requests are not kept', () => {
    const expiries = createTimedExpiries()
    expiries.put({ a: 3 }, 9)
    const sentAt = expiries.time.now()
    expiries.time.advance(1)
    expiries.clear()
    expect(expiries.getLast(['a'])).toBeUndefined()
    expiries.put({ a: 3 }, 20, sentAt)
    expect(expiries.getLast(['a'])).toBeUndefined()
    // The clock of the new history is lower.
    expiries.put({ a: 1 }, 2)
    expect(expiries.getLast(['a'])).toBe(1)
  })

  it('the objects of the oldest replies are forgotten beyond the bound', () => {
    const expiries = createTimedExpiries(2)
    expiries.put({ a: 1, b: 2 }, 9)
    expiries.put({ a: 1 }, 9)
    expiries.put({ c: 3 }, 9)
    expect(['a', 'b', 'c'].map((object) => expiries.getLast([object]))).toEqual([1, undefined, 3])
  })

  it('a reply from before a forgotten expiry is not kept', () => {
    const expiries = createTimedExpiries(1)
    expiries.put({ a: 0 }, 9)
    expiries.record(['a'], 10)
    expiries.put({ b: 0 }, 11)
    expiries.put({ a: 0 }, 9)
    expect(expiries.getLast(['a'])).toBeUndefined()
  })

  it('no answer is older than the expiries that have arrived, in any order of messages', () => {
    const objects = ['a', 'b', 'c']
    const step = fc.oneof(
      fc.record({ kind: fc.constant('expire' as const), object: fc.constantFrom(...objects) }),
      fc.record({ kind: fc.constant('ask' as const), asked: fc.subarray(objects, { minLength: 1 }) }),
      fc.record({ kind: fc.constantFrom('follow', 'reply', 'answer', 'lose') }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 100 }), (steps, seed) => {
        const expiries = createTimedExpiries(2)
        const log: string[] = []
        /** The number of log entries that have arrived. */
        let followed = 0
        const replies: (() => void)[] = []
        const own: (() => void)[] = []
        const lastExpiry = (object: string, upTo: number) => log.lastIndexOf(object, upTo - 1) + 1
        const takeAny = (list: (() => void)[]) => list.splice(seed % Math.max(1, list.length), 1)[0]?.()
        for (const current of steps) {
          expiries.time.advance(1)
          if (current.kind === 'expire') {
            log.push(current.object)
            const clock = log.length
            own.push(() => expiries.record([current.object], clock))
          } else if (current.kind === 'ask') {
            const clocks = Object.fromEntries(
              current.asked.map((object) => [object, log.length === 0 ? 0 : lastExpiry(object, log.length)]),
            )
            const [clock, sentAt] = [log.length, expiries.time.now()]
            replies.push(() => expiries.put(clocks, clock, sentAt))
          } else if (current.kind === 'follow' && followed < log.length) {
            expiries.record([log[followed] as string], ++followed)
          } else if (current.kind === 'lose') {
            followed = log.length
            expiries.clear()
          } else if (current.kind === 'reply') takeAny(replies)
          else if (current.kind === 'answer') takeAny(own)
          for (const object of objects) {
            const last = expiries.getLast([object])
            if (last === undefined) continue
            const atLeast = followed === 0 ? 0 : lastExpiry(object, followed)
            expect(last).toBeGreaterThanOrEqual(atLeast)
            expect(last).toBeLessThanOrEqual(log.length === 0 ? 0 : lastExpiry(object, log.length))
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
