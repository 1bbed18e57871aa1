import { expect, test } from 'vitest'
import { normalizeQuery } from '../../app/_data/search'
import { createHref, parseChoice, parseNumberChoice, parsePageNumber } from '../../app/_lib/params'

test('the key of a fragment gets one of a few values for any URL', () => {
  expect(parseChoice('gross', ['rating', 'gross'], 'rating')).toBe('gross')
  for (const odd of ['toString', '', undefined, ['gross']]) {
    expect(parseChoice(odd, ['rating', 'gross'], 'rating')).toBe('rating')
  }
  expect(parseNumberChoice('1990', [1980, 1990])).toBe(1990)
  for (const odd of ['1990.0', ' 1990', '1e3', undefined, ['1990']])
    expect(parseNumberChoice(odd, [1990])).toBeNull()
  expect(parsePageNumber('7', 50)).toBe(7)
  for (const odd of ['0', '-1', '1.5', 'x', undefined, ['2']]) expect(parsePageNumber(odd, 50)).toBe(1)
  expect(parsePageNumber('9999', 50)).toBe(50)
})

test('equivalent searches are normalized to the same query', () => {
  expect(normalizeQuery('  Star   WARS! ')).toBe('star wars')
  expect(normalizeQuery('star-wars')).toBe('star wars')
  expect(normalizeQuery('"*:^')).toBe('')
  expect(normalizeQuery('a '.repeat(500)).length).toBeLessThan(60)
})

test('a URL leaves out default values', () => {
  expect(createHref('/', { decade: null, chart: null })).toBe('/')
  expect(createHref('/', { decade: 1990, chart: 'gross' })).toBe('/?decade=1990&chart=gross')
})
