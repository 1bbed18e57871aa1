import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHistory } from '../../lib/memory/history.ts'
import { heapAfterGc } from '../support/heapAfterGc.ts'

const limits = { retention: 100, maxStamps: 3, maxTicks: 4 }

describe('the history of expiries', () => {
  it('begins with nothing stamped', () => {
    const history = createHistory('e', limits)
    expect(history.token(0, 0)).toEqual({ epoch: 'e', clock: 0 })
    expect(history.check({ epoch: 'e', clock: 0 }, ['x'])).toBe('unchanged')
  })

  it('counts what happens at the very moment a reader began as later', () => {
    const history = createHistory('e', limits)
    history.stamp(['x'], 10)
    const atThatMoment = history.token(15, 5)
    const justAfter = history.token(15, 4.999)
    expect(history.check(atThatMoment, ['x'])).toBe('fenced')
    expect(history.check(justAfter, ['x'])).toBe('unchanged')
  })

  it('forgets stamps past the retention, and then refuses tokens from before them', () => {
    const history = createHistory('e', limits)
    const before = history.token(0, 0)
    history.stamp(['x'], 0)
    history.stamp(['y'], 100)
    expect(history.check(before, ['z'])).toBe('unchanged')
    history.stamp(['y'], 101)
    expect(history.check(before, ['z'])).toBe('unverifiable')
    expect(history.check({ epoch: 'e', clock: 1 }, ['z'])).toBe('unchanged')
    expect(history.check({ epoch: 'e', clock: 1 }, ['y'])).toBe('fenced')
  })

  it('forgets the oldest stamps beyond their number, and then refuses tokens from before them', () => {
    const history = createHistory('e', limits)
    for (const object of ['a', 'b', 'c', 'd', 'e']) history.stamp([object], 0)
    expect(history.check({ epoch: 'e', clock: 1 }, ['z'])).toBe('unverifiable')
    expect(history.check({ epoch: 'e', clock: 2 }, ['z'])).toBe('unchanged')
    expect(history.check({ epoch: 'e', clock: 2 }, ['c'])).toBe('fenced')
  })

  it('keeps a stamp that was renewed longer than those between', () => {
    const history = createHistory('e', limits)
    for (const object of ['a', 'b', 'c', 'a', 'd']) history.stamp([object], 0)
    expect(history.check({ epoch: 'e', clock: 2 }, ['a'])).toBe('fenced')
    expect(history.check({ epoch: 'e', clock: 4 }, ['a'])).toBe('unchanged')
  })

  it('forgets all when more is stamped at once than it can hold', () => {
    const history = createHistory('e', limits)
    history.stamp(['a', 'b', 'c', 'd'], 0)
    expect(history.check({ epoch: 'e', clock: 0 }, ['z'])).toBe('unverifiable')
    expect(history.check({ epoch: 'e', clock: 1 }, ['a'])).toBe('unchanged')
  })

  it('gives a reader from before its memory the lowest clock', () => {
    const history = createHistory('e', { retention: 100, maxStamps: 1_000, maxTicks: 1_000 })
    for (let time = 0; time <= 1_000; time += 10) history.stamp([`object:${time}`], time)
    expect(history.check(history.token(1_000, 101), ['z'])).toBe('unverifiable')
    expect(history.check(history.token(1_000, 99), ['z'])).toBe('unchanged')
  })

  it('gives a reader the lowest clock where too many expiries came since', () => {
    const history = createHistory('e', { retention: 10_000, maxStamps: 1_000, maxTicks: 100 })
    for (let time = 0; time < 1_000; time++) history.stamp(['x'], time)
    expect(history.token(1_000, 900).clock).toBe(0)
    expect(history.token(1_000, 10).clock).toBe(990)
  })

  it('takes a bounded amount of memory however often objects are expired', () => {
    const history = createHistory('e', { retention: Infinity, maxStamps: 100, maxTicks: 10_000 })
    const before = heapAfterGc()
    for (let time = 0; time < 1_000_000; time++) history.stamp(['x'], time)
    expect(heapAfterGc() - before).toBeLessThan(2_000_000)
    expect(history.current().clock).toBe(1_000_000)
  })

  it('never lets through what was stamped after a reader began', () => {
    const steps = fc.array(
      fc.record({ wait: fc.nat(60), object: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(steps, fc.nat(300), fc.nat(300), (stamps, age, later) => {
        const history = createHistory('e', limits)
        let now = 0
        const made = stamps.map(({ wait, object }) => {
          now += wait
          history.stamp([object], now)
          return { object, time: now }
        })
        now += later
        const token = history.token(now, age)
        for (const object of ['a', 'b', 'c', 'd', 'e']) {
          const stampedSince = made.some((stamp) => stamp.object === object && stamp.time >= now - age)
          if (stampedSince) expect(history.check(token, [object])).not.toBe('unchanged')
        }
        // And the fence is no wall: who began after all of it is let through.
        expect(history.check(history.token(now + 1, 0), ['a', 'b', 'c', 'd', 'e'])).toBe('unchanged')
      }),
    )
  })
})
