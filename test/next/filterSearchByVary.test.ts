import { expect, it } from 'vitest'
import { filterSearchByVary } from '../../lib/next/getFragmentRoute.ts'

it.each([
  ['?page=2', ['news', '2'], '?page=2'],
  ['?page=2', ['news', 2], '?page=2'],
  ['?page=2', { page: 2, only: { live: true } }, '?page=2'],
  ['?live=true&page=2', [[{ live: true }]], '?live=true'],
  ['?tag=a&tag=b&tag=c', [['a', 'c']], '?tag=a&tag=c'],
  ['?page=2&utm_source=mail&token=s3cret', [2], '?page=2'],
  ['?token=s3cret', ['news', 2, null, undefined], ''],
  ['?page=2', undefined, ''],
  ['', [2], ''],
  ['?q=caf%C3%A9+%26+more', ['café & more'], '?q=caf%C3%A9+%26+more'],
])('the search %s of a fragment that varies by %j becomes %s', (search, vary, expected) => {
  expect(filterSearchByVary(search, vary)).toBe(expected)
})
