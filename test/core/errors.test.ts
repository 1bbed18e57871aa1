import { describe, expect, it } from 'vitest'
import {
  ContentCacheError,
  ContentCacheTypeError,
  createContentCacheError,
  type ErrorCode,
  errors,
  isContentCacheError,
} from '../../lib/core/errors.ts'

const codes = Object.keys(errors) as ErrorCode[]

describe.each(codes)('rule 21: %s', (code) => {
  const places = errors[code].text.match(/%s/g)?.length ?? 0
  const values = Array.from({ length: places }, (_, i) => `value ${i}`)
  const error = createContentCacheError(code, values)

  it('the error carries its code and names its page', () => {
    expect(error.code).toBe(code)
    expect(error.docs).toBe(`react-cache-content/docs/errors/${code}.md`)
    expect(error.message).toContain(code)
    expect(error.message).toContain(`node_modules/${error.docs}`)
  })

  it("the error's text contains every value", () => {
    for (const value of values) expect(error.message).toContain(value)
    expect(error.message).not.toMatch(/%s|undefined/)
  })

  it('the error is a TypeError only for a mistake of the caller', () => {
    const expected = errors[code].base === 'TypeError' ? ContentCacheTypeError : ContentCacheError
    expect(error).toBeInstanceOf(expected)
    expect(error instanceof TypeError).toBe(expected === ContentCacheTypeError)
    expect(error.name).toBe(expected.name)
  })

  it('the error is recognised', () => {
    expect(isContentCacheError(error)).toBe(true)
  })
})

describe('an error of the library', () => {
  it('an error shows its values unchanged, even patterns of a replacement', () => {
    const { message } = createContentCacheError('CC_INVALID_OPTIONS', ['$& %s $1', 'is $` %s'])
    expect(message).toContain('Option `$& %s $1` is $` %s.')
  })

  it('an error keeps its cause', () => {
    const cause = new Error('cause')
    expect(createContentCacheError('CC_EXPIRE_FAILED', [1, 5], { cause }).cause).toBe(cause)
  })

  it('an error of another copy of the library is recognised', () => {
    expect(isContentCacheError(Object.assign(new Error('copy'), { code: 'CC_INVALID_OBJ' }))).toBe(true)
  })

  it.each([
    ['an error without a code', new Error('x')],
    ['an error of Node', Object.assign(new Error('x'), { code: 'ENOENT' })],
    ['an error with a number', Object.assign(new Error('x'), { code: 5 })],
    ['an error with an inherited name for a code', Object.assign(new Error('x'), { code: 'toString' })],
    ['no error', { code: 'CC_INVALID_OBJ' }],
    ['nothing', undefined],
    ['a string', 'CC_INVALID_OBJ'],
  ])('a value is not recognised as an error of the library: %s', (_, value) => {
    expect(isContentCacheError(value)).toBe(false)
  })
})
