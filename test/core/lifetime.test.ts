import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkedSeconds, shorter, UNLIMITED } from '../../lib/core/lifetime.ts'

const moment = fc.oneof(fc.nat(), fc.constant(Infinity))
const lifetime = fc.record({ staleAt: moment, goneAt: moment }, { noNullPrototype: true })

describe('rule 7: lifetimes merge by minimum', () => {
  it('of each moment', () => {
    expect(shorter({ staleAt: 1, goneAt: 20 }, { staleAt: 2, goneAt: 10 })).toEqual({
      staleAt: 1,
      goneAt: 10,
    })
  })

  it('in any order and grouping, and no limit changes nothing', () => {
    fc.assert(
      fc.property(lifetime, lifetime, lifetime, (a, b, c) => {
        expect(shorter(a, b)).toEqual(shorter(b, a))
        expect(shorter(shorter(a, b), c)).toEqual(shorter(a, shorter(b, c)))
        expect(shorter(a, UNLIMITED)).toEqual(a)
        expect(shorter(a, a)).toEqual(a)
      }),
    )
  })
})

describe('a number of seconds', () => {
  it.each([0, 1, 0.5, 1e9])('may be %d', (seconds) => {
    expect(checkedSeconds('section', 'ttl', seconds)).toBe(seconds)
  })

  it('is 0 when there is none', () => {
    expect(checkedSeconds('section', 'ttl', undefined)).toBe(0)
  })

  it.each([-1, Number.NaN, Infinity, '60', null, true])(
    'is not %o, and the error names the fragment',
    (value) => {
      const check = () => checkedSeconds('section', 'swr', value)
      expect(check).toThrow(TypeError)
      expect(check).toThrow(expect.objectContaining({ code: 'CC_INVALID_TTL' }))
      expect(check).toThrow(/"section".*`swr`/)
    },
  )
})
