import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createExpiryFence } from '../../lib/memory/expiryFence.ts'
import { heapAfterGc } from '../support/heapAfterGc.ts'

const limits = { retentionMs: 100, maxStamps: 3, maxTicks: 4 }

describe('the history of expiries', () => {
  it('a new fence has no stamps', () => {
    const fence = createExpiryFence('e', limits)
    expect(fence.getToken(0, 0)).toEqual({ epoch: 'e', clock: 0 })
    expect(fence.check({ epoch: 'e', clock: 0 }, ['x'])).toBe('unchanged')
  })

  it('an expiry at the moment at which a reader began counts as later', () => {
    const fence = createExpiryFence('e', limits)
    fence.stamp(['x'], 10)
    const fromSameMoment = fence.getToken(15, 5)
    const fromJustAfter = fence.getToken(15, 4.999)
    expect(fence.check(fromSameMoment, ['x'])).toBe('fenced')
    expect(fence.check(fromJustAfter, ['x'])).toBe('unchanged')
  })

  it('the fence forgets stamps past the retention, and refuses older tokens', () => {
    const fence = createExpiryFence('e', limits)
    const before = fence.getToken(0, 0)
    fence.stamp(['x'], 0)
    fence.stamp(['y'], 100)
    expect(fence.check(before, ['z'])).toBe('unchanged')
    fence.stamp(['y'], 101)
    expect(fence.check(before, ['z'])).toBe('unverifiable')
    expect(fence.check({ epoch: 'e', clock: 1 }, ['z'])).toBe('unchanged')
    expect(fence.check({ epoch: 'e', clock: 1 }, ['y'])).toBe('fenced')
  })

  it('the fence forgets its oldest stamps when full, and refuses older tokens', () => {
    const fence = createExpiryFence('e', limits)
    for (const object of ['a', 'b', 'c', 'd', 'e']) fence.stamp([object], 0)
    expect(fence.check({ epoch: 'e', clock: 1 }, ['z'])).toBe('unverifiable')
    expect(fence.check({ epoch: 'e', clock: 2 }, ['z'])).toBe('unchanged')
    expect(fence.check({ epoch: 'e', clock: 2 }, ['c'])).toBe('fenced')
  })

  it('a renewed stamp outlives stamps that came between', () => {
    const fence = createExpiryFence('e', limits)
    for (const object of ['a', 'b', 'c', 'a', 'd']) fence.stamp([object], 0)
    expect(fence.check({ epoch: 'e', clock: 2 }, ['a'])).toBe('fenced')
    expect(fence.check({ epoch: 'e', clock: 4 }, ['a'])).toBe('unchanged')
  })

  it('the fence refuses older tokens when one expiry has too many objects', () => {
    const fence = createExpiryFence('e', limits)
    fence.stamp(['a', 'b', 'c', 'd'], 0)
    expect(fence.check({ epoch: 'e', clock: 0 }, ['z'])).toBe('unverifiable')
    expect(fence.check({ epoch: 'e', clock: 1 }, ['a'])).toBe('unchanged')
  })

  it('a reader from before the retention gets the lowest clock', () => {
    const fence = createExpiryFence('e', { retentionMs: 100, maxStamps: 1_000, maxTicks: 1_000 })
    for (let time = 0; time <= 1_000; time += 10) fence.stamp([`object:${time}`], time)
    expect(fence.check(fence.getToken(1_000, 101), ['z'])).toBe('unverifiable')
    expect(fence.check(fence.getToken(1_000, 99), ['z'])).toBe('unchanged')
  })

  it('a reader gets the lowest clock after too many expiries', () => {
    const fence = createExpiryFence('e', { retentionMs: 10_000, maxStamps: 1_000, maxTicks: 100 })
    for (let time = 0; time < 1_000; time++) fence.stamp(['x'], time)
    expect(fence.getToken(1_000, 900).clock).toBe(0)
    expect(fence.getToken(1_000, 10).clock).toBe(990)
  })

  it('the fence takes bounded memory after any number of expiries', () => {
    const fence = createExpiryFence('e', { retentionMs: Infinity, maxStamps: 100, maxTicks: 10_000 })
    const before = heapAfterGc()
    for (let time = 0; time < 1_000_000; time++) fence.stamp(['x'], time)
    expect(heapAfterGc() - before).toBeLessThan(2_000_000)
    expect(fence.getCurrentToken().clock).toBe(1_000_000)
  })

  it('the fence never accepts an object that was stamped after a reader began', () => {
    const steps = fc.array(
      fc.record({ wait: fc.nat(60), object: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(steps, fc.nat(300), fc.nat(300), (stamps, age, later) => {
        const fence = createExpiryFence('e', limits)
        let now = 0
        const stamped = stamps.map(({ wait, object }) => {
          now += wait
          fence.stamp([object], now)
          return { object, time: now }
        })
        now += later
        const token = fence.getToken(now, age)
        for (const object of ['a', 'b', 'c', 'd', 'e']) {
          const stampedSince = stamped.some((stamp) => stamp.object === object && stamp.time >= now - age)
          if (stampedSince) expect(fence.check(token, [object])).not.toBe('unchanged')
        }
        // A reader that began after all stamps is accepted.
        expect(fence.check(fence.getToken(now + 1, 0), ['a', 'b', 'c', 'd', 'e'])).toBe('unchanged')
      }),
    )
  })
})
