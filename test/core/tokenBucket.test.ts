import { expect, it } from 'vitest'
import { createTokenBucket } from '../../lib/core/tokenBucket.ts'

it('a token bucket allows a burst and then a rate, also after a long idle time', () => {
  const tokenBucket = createTokenBucket(150, 80)
  let now = 1_000
  expect(tokenBucket.getAvailable(now)).toBe(150)
  tokenBucket.take(150)
  expect(tokenBucket.getAvailable(now)).toBe(0)
  now += 500
  expect(tokenBucket.getAvailable(now)).toBe(40)
  tokenBucket.take(30)
  now += 100
  expect(tokenBucket.getAvailable(now)).toBe(18)
  now += 3_600_000
  expect(tokenBucket.getAvailable(now)).toBe(150)
})

it('a token bucket loses no tokens when its clock is set back', () => {
  const tokenBucket = createTokenBucket(10, 1)
  tokenBucket.take(8)
  expect(tokenBucket.getAvailable(5_000)).toBe(2)
  expect(tokenBucket.getAvailable(1_000)).toBe(2)
  expect(tokenBucket.getAvailable(2_000)).toBe(3)
})
