import { isDeepStrictEqual } from 'node:util'
import vm from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidKeyError, serializeKey } from '../../lib/core/serializeKey.ts'
import { anyString, keyValue } from '../support/keyValues.ts'

describe('the text of a value (rule 9)', () => {
  it('two texts are equal only when their values are', () => {
    fc.assert(
      fc.property(keyValue, keyValue, (a, b) => {
        expect(serializeKey(a) === serializeKey(b)).toBe(isDeepStrictEqual(a, b))
      }),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('a value and its copy have the same text', () => {
    fc.assert(
      fc.property(fc.clone(keyValue, 2), ([a, b]) => {
        expect(serializeKey(a)).toBe(serializeKey(b))
      }),
      { numRuns: 2_000 },
    )
  }, 30_000)

  it('two lists of strings differ even if they join to the same text', () => {
    const strings = fc.array(anyString, { maxLength: 4 })
    fc.assert(
      fc.property(strings, strings, (a, b) => {
        expect(serializeKey(a) === serializeKey(b)).toBe(isDeepStrictEqual(a, b))
      }),
      { numRuns: 5_000 },
    )
  }, 30_000)

  it('the order of the fields of a record does not matter', () => {
    fc.assert(
      fc.property(fc.dictionary(anyString, keyValue, { noNullPrototype: true }), (record) => {
        expect(serializeKey(Object.fromEntries(Object.entries(record).reverse()))).toBe(serializeKey(record))
      }),
    )
  })

  it('the text is well-formed, so that UTF-8 preserves it', () => {
    fc.assert(
      fc.property(keyValue, (value) => {
        const text = serializeKey(value)
        expect(Buffer.from(text).toString()).toBe(text)
      }),
    )
  })

  it.each<[string, unknown, unknown]>([
    ['a number and a string', 1, '1'],
    ['null and undefined', null, undefined],
    ['undefined and an absent field', { a: undefined }, {}],
    ['null and its word', null, 'null'],
    ['0 and -0', 0, -0],
    ['a number and a big one', 1, 1n],
    ['true and its word', true, 'true'],
    ['a date and its number', new Date(5), 5],
    ['a date and its text', new Date(0), new Date(0).toISOString()],
    ['two lone surrogates', '\ud800', '\ud801'],
    ['a lone surrogate and its replacement in UTF-8', '\ud800', '\ufffd'],
    ['composed and decomposed letters', 'é', 'e\u0301'],
    ['a list and a nested one', ['a'], [['a']]],
    ['a list and a longer one', ['a'], ['a', undefined]],
    ['a list and a record of its indices', ['a'], { 0: 'a' }],
    ['a list with a comma', ['a,b'], ['a', 'b']],
    ['a string that looks like the middle of a list', ['a","b'], ['a', 'b']],
    ['a field that looks like two', { 'a":1,"b': 1 }, { a: 1, b: 1 }],
    ['an empty list and an empty record', [], {}],
    ['a field and its value', { a: 'b' }, { b: 'a' }],
  ])('two texts differ for %s', (_, a, b) => {
    expect(serializeKey(a)).not.toBe(serializeKey(b))
  })

  it('a record without a prototype, or of another realm, is a record', () => {
    const bare = Object.assign(Object.create(null), { a: [1] })
    expect(serializeKey(bare)).toBe(serializeKey({ a: [1] }))
    expect(serializeKey(vm.runInNewContext('({ a: [1] })'))).toBe(serializeKey({ a: [1] }))
  })

  it('a value may appear twice', () => {
    const shared = { a: 1 }
    expect(serializeKey([shared, shared])).toBe(serializeKey([{ a: 1 }, { a: 1 }]))
  })
})

describe('a value that cannot be a key (rule 9)', () => {
  class Story {}
  const cyclic: unknown[] = []
  cyclic.push({ cyclic })
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])

  it.each<[string, unknown]>([
    ['function', () => {}],
    ['symbol', Symbol('s')],
    ['itself', cyclic],
    ['promise', Promise.resolve()],
    // biome-ignore lint/suspicious/noThenProperty: the error asks to await it
    ['promise', { then() {} }],
    ['it holds an instance of class Story', new Story()],
    ['it holds an instance of a class', Object.create(Object.create(Object.create(null)))],
    ['it holds an instance of class Map', new Map()],
    ['it holds an instance of class Set', new Set()],
    ['it holds an instance of class Uint8Array', new Uint8Array(2)],
    ['it holds an instance of class URLSearchParams', new URLSearchParams('a=1')],
    ['it holds an instance of class String', Object('boxed')],
    ['it holds an instance of class RegExp', /a/],
    ['it holds an instance of class Error', new Error('e')],
    ['invalid date', new Date(Number.NaN)],
    ['symbol', { [Symbol('field')]: 1 }],
    ['32 deep', deep(40)],
    ['1000000 characters', 'x'.repeat(1_000_001)],
  ])('an error names the fault: %s', (fault, value) => {
    for (const holder of [value, [value], { field: value }]) {
      expect(() => serializeKey(holder)).toThrow(InvalidKeyError)
      expect(() => serializeKey(holder)).toThrow(fault)
    }
  })

  it('a small value with an endless text is refused', () => {
    let doubled: unknown = 'x'
    for (let times = 0; times < 30; times++) doubled = [doubled, doubled]
    expect(() => serializeKey(doubled)).toThrow('1000000 characters')
  })

  it('a list of the greatest depth is accepted', () => {
    expect(serializeKey(deep(31))).toContain('[1]')
  })
})

describe('a value with an endless text', () => {
  it('an endless text of empty lists is refused before it is written', () => {
    let value: unknown[] = []
    for (let level = 0; level < 31; level++) value = [value, value]
    expect(() => serializeKey(value)).toThrow(/longer than/)
  })
})
