import { expect, it } from 'vitest'
import { findNearestKeys } from '../../lib/next/findNearestKeys.ts'

const known = [
  'product:gid://5',
  'product:gid://51',
  'product:7',
  'story:5',
  'story:12',
  'Author:7',
  'basket',
]

it.each([
  ['product:5', 'product:gid://5'],
  ['stroy:12', 'story:12'],
  ['author:7', 'Author:7'],
  ['stories:5', 'story:5'],
])('the nearest key of %s is %s', (key, nearest) => {
  expect(findNearestKeys(key, known)[0]).toBe(nearest)
})

it('the number of nearest keys is bounded', () => {
  expect(findNearestKeys('product:5', known, 2)).toHaveLength(2)
  expect(findNearestKeys('product:5', [])).toEqual([])
})
