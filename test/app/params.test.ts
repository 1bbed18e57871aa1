import { expect, test } from 'vitest'
import { normaliseQuery } from '../../app/_data/search'
import { choice, href, numberChoice, pageNumber } from '../../app/_lib/params'

test('the key of a fragment gets one of a few values, whatever the address is', () => {
  expect(choice('gross', ['rating', 'gross'], 'rating')).toBe('gross')
  for (const odd of ['toString', '', undefined, ['gross']]) {
    expect(choice(odd, ['rating', 'gross'], 'rating')).toBe('rating')
  }
  expect(numberChoice('1990', [1980, 1990])).toBe(1990)
  for (const odd of ['1990.0', ' 1990', '1e3', undefined, ['1990']])
    expect(numberChoice(odd, [1990])).toBeNull()
  expect(pageNumber('7', 50)).toBe(7)
  for (const odd of ['0', '-1', '1.5', 'x', undefined, ['2']]) expect(pageNumber(odd, 50)).toBe(1)
  expect(pageNumber('9999', 50)).toBe(50)
})

test('searches that mean the same share one fragment', () => {
  expect(normaliseQuery('  Star   WARS! ')).toBe('star wars')
  expect(normaliseQuery('star-wars')).toBe('star wars')
  expect(normaliseQuery('"*:^')).toBe('')
  expect(normaliseQuery('a '.repeat(500)).length).toBeLessThan(60)
})

test('addresses leave out what is usual', () => {
  expect(href('/', { decade: null, chart: null })).toBe('/')
  expect(href('/', { decade: 1990, chart: 'gross' })).toBe('/?decade=1990&chart=gross')
})
