import { describe, expect, test } from 'vitest'
import { parseFields, parseFilm, readFormInput } from '../../app/_data/filmInput'

const errorsOf = (input: Record<string, unknown>) => {
  const parsed = parseFields(input)
  return parsed.ok ? {} : parsed.errors
}

describe('fields of a film', () => {
  test('valid fields are accepted, with spaces trimmed and Unicode composed', () => {
    const parsed = parseFields({
      title: '  Ame\u0301lie   Redux ',
      rating: 8.5,
      released: '2001-04-25',
      genre: null,
    })
    expect(parsed).toEqual({
      ok: true,
      fields: { title: 'Amélie Redux', rating: 8.5, released: '2001-04-25', genre: null },
    })
  })

  test.each([
    ['title', ''],
    ['title', '   '],
    ['title', null],
    ['title', 12],
    ['title', 'x'.repeat(161)],
    ['title', 'a\u0000b'],
    ['title', 'lone \ud800 surrogate'],
    ['released', '1994-02-30'],
    ['released', '94-02-03'],
    ['released', '1700-01-01'],
    ['genre', 'Sitcom'],
    ['genre', ['Drama']],
    ['rating', '8'],
    ['rating', 10.1],
    ['rating', 8.55],
    ['rating', Number.NaN],
    ['votes', 1.5],
    ['votes', -1],
    ['budget', 0],
    ['budget', Number.POSITIVE_INFINITY],
  ])('the field %s does not accept %j', (field, value) => {
    expect(Object.keys(errorsOf({ [field]: value }))).toEqual([field])
  })

  test('an unknown field is an error, also a name that every object has', () => {
    expect(Object.keys(errorsOf({ id: 1 }))).toEqual(['id'])
    expect(Object.keys(errorsOf({ constructor: 1 }))).toEqual(['constructor'])
    expect(Object.keys(errorsOf(JSON.parse('{"__proto__": 1}')))).toEqual(['__proto__'])
  })

  test('a new film requires only a title', () => {
    expect(parseFilm({})).toMatchObject({ ok: false, errors: { title: 'This cannot be empty.' } })
    expect(parseFilm({ title: 'New' })).toMatchObject({ ok: true, fields: { title: 'New', genre: null } })
  })
})

describe('a posted form', () => {
  function readForm(values: Record<string, string>) {
    const data = new FormData()
    for (const [name, value] of Object.entries(values)) data.set(name, value)
    return readFormInput(data)
  }

  test('empty fields of a form are unknown, and numbers are parsed', () => {
    expect(readForm({ title: ' A ', rating: '8.5', votes: '', budget: '1e6', id: '9' })).toEqual({
      title: 'A',
      rating: 8.5,
      votes: null,
      budget: 1_000_000,
    })
  })

  test('text in a number field stays as typed, so that it can be shown again', () => {
    const input = readForm({ rating: 'eight' })
    expect(input).toEqual({ rating: 'eight' })
    expect(errorsOf(input)).toEqual({ rating: 'A number is expected.' })
  })
})
