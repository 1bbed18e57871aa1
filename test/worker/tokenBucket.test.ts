import { expect, it } from 'vitest'
import { createTokenBucket } from '../../lib/worker/tokenBucket.ts'

it('a bucket allows a burst and then a rate, however long it was idle', () => {
  let now = 0
  const tokenBucket = createTokenBucket(150, 80, () => now)
  expect(tokenBucket.available).toBe(150)
  tokenBucket.take(150)
  expect(tokenBucket.available).toBe(0)
  now += 500
  expect(tokenBucket.available).toBe(40)
  tokenBucket.take(30)
  now += 100
  expect(tokenBucket.available).toBe(18)
  now += 3_600_000
  expect(tokenBucket.available).toBe(150)
})
