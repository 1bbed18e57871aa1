import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFragmentKey, type FragmentIdentity } from '../../lib/core/fragmentKey.ts'
import { anyString, keyValue } from '../support/keyValues.ts'

const someWord = anyString.filter((text) => text !== '')
const identity = fc.record<FragmentIdentity>(
  {
    name: fc.oneof(fc.constantFrom('a', 'b', 'a@', '"a"'), someWord),
    version: fc.oneof(fc.constantFrom('1', '2', '1[]'), someWord),
    vary: fc.oneof(
      fc.constant(undefined),
      fc.array(keyValue, { maxLength: 3 }),
      fc.dictionary(anyString, keyValue, { maxKeys: 3, noNullPrototype: true }),
    ),
  },
  { noNullPrototype: true },
)
const long = 'x'.repeat(1_000)

describe('the key of a fragment (rule 9)', () => {
  it('two keys are equal only when name, vary and version are', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        expect(createFragmentKey(a) === createFragmentKey(b)).toBe(isDeepStrictEqual(a, b))
      }),
      { numRuns: 10_000 },
    )
  }, 30_000)

  it('two hashed keys are equal only when name, vary and version are', () => {
    const longIdentity = identity.map((fragment) => ({ ...fragment, vary: [long, fragment.vary] }))
    fc.assert(
      fc.property(longIdentity, longIdentity, (a, b) => {
        expect(createFragmentKey(a) === createFragmentKey(b)).toBe(isDeepStrictEqual(a, b))
      }),
      { numRuns: 2_000 },
    )
  }, 30_000)

  it('the key differs when text moves from one field to another', () => {
    const keys = [
      { name: 'a', version: 'b', vary: ['c'] },
      { name: 'a', version: 'b["c"]' },
      { name: 'a"@"b', version: 'b', vary: ['c'] },
      { name: 'ab', version: 'b', vary: ['c'] },
      { name: 'a', version: 'b', vary: [['c']] },
      { name: 'a', version: 'b', vary: { 0: 'c' } },
      { name: 'a', version: 'b', vary: [] },
      { name: 'a', version: 'b', vary: {} },
      { name: 'a', version: 'b' },
    ].map(createFragmentKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('a short key is readable', () => {
    expect(createFragmentKey({ name: 'section', vary: ['national', 'en'], version: 'b7' })).toBe(
      '"section"@"b7"["national","en"]',
    )
  })

  it('a long vary gives a short key that begins with the name', () => {
    const key = createFragmentKey({ name: 'section', vary: [long], version: 'b7' })
    expect(key).toMatch(/^"section"#[\w-]{43}$/)
    expect(createFragmentKey({ name: 'section', vary: [`${long}x`], version: 'b7' })).not.toBe(key)
  })

  it('a name may have 200 characters of any kind', () => {
    const names = ['n', '"', '\ud800', 'é'].map((letter) => letter.repeat(200))
    expect(new Set(names.map((name) => createFragmentKey({ name, version: '1' }))).size).toBe(4)
  })
})

describe('an invalid identity', () => {
  it.each<[string, unknown]>([
    ['CC_INVALID_NAME', { name: '', version: '1' }],
    ['CC_INVALID_NAME', { name: 5, version: '1' }],
    ['CC_INVALID_NAME', { version: '1' }],
    ['CC_INVALID_NAME', { name: 'n'.repeat(201), version: '1' }],
    ['CC_INVALID_VERSION', { name: 'section', version: '' }],
    ['CC_INVALID_VERSION', { name: 'section', version: 7 }],
    ['CC_INVALID_VERSION', { name: 'section' }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: 'national' }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: null }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: 0 }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: () => 'a' }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: [() => 'a'] }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: Promise.resolve([]) }],
    ['CC_INVALID_VARY', { name: 'section', version: '1', vary: new Map([['a', 1]]) }],
  ])('an invalid identity is a TypeError: %s for %o', (code, fragment) => {
    const create = () => createFragmentKey(fragment as FragmentIdentity)
    expect(create).toThrow(TypeError)
    expect(create).toThrow(expect.objectContaining({ code }))
  })

  it('an error has the cause when reading vary throws', () => {
    const cause = new Error('not today')
    const vary = {
      get locale() {
        throw cause
      },
    }
    expect(() => createFragmentKey({ name: 'section', version: '1', vary })).toThrow(
      expect.objectContaining({ code: 'CC_INVALID_VARY', cause }),
    )
  })

  it('an error about vary names the fragment', () => {
    expect(() => createFragmentKey({ name: 'section', vary: [Symbol('s')], version: '1' })).toThrow(
      /"section".*`vary`.*symbol/,
    )
  })
})
