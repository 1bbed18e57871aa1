import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minLifetime, NO_LIMIT, parseSeconds } from '../../lib/core/lifetime.ts'

const moment = fc.oneof(fc.nat(), fc.constant(Infinity))
const lifetime = fc.record({ staleAt: moment, discardAt: moment }, { noNullPrototype: true })

describe('lifetimes merge by minimum (rule 7)', () => {
  it('the merged lifetime has the minimum of each moment', () => {
    expect(minLifetime({ staleAt: 1, discardAt: 20 }, { staleAt: 2, discardAt: 10 })).toEqual({
      staleAt: 1,
      discardAt: 10,
    })
  })

  it('the merged lifetime is the same in any order or grouping', () => {
    fc.assert(
      fc.property(lifetime, lifetime, lifetime, (a, b, c) => {
        expect(minLifetime(a, b)).toEqual(minLifetime(b, a))
        expect(minLifetime(minLifetime(a, b), c)).toEqual(minLifetime(a, minLifetime(b, c)))
        expect(minLifetime(a, NO_LIMIT)).toEqual(a)
        expect(minLifetime(a, a)).toEqual(a)
      }),
    )
  })
})

describe('a number of seconds', () => {
  it.each([0, 1, 0.5, 1e9])('a number of seconds may be %d', (seconds) => {
    expect(parseSeconds('section', 'ttl', seconds)).toBe(seconds)
  })

  it('a number of seconds is 0 when absent', () => {
    expect(parseSeconds('section', 'ttl', undefined)).toBe(0)
  })

  it.each([-1, Number.NaN, Infinity, '60', null, true])(
    'an error names the fragment and the option for %o seconds',
    (value) => {
      const check = () => parseSeconds('section', 'swr', value)
      expect(check).toThrow(TypeError)
      expect(check).toThrow(expect.objectContaining({ code: 'CC_INVALID_TTL' }))
      expect(check).toThrow(/"section".*`swr`/)
    },
  )
})
