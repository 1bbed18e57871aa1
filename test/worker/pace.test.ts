import { expect, it } from 'vitest'
import { createPace } from '../../lib/worker/pace.ts'

it('so many may begin at once, and then so many a second, however long nothing was asked for', () => {
  let now = 0
  const pace = createPace(150, 80, () => now)
  expect(pace.left).toBe(150)
  pace.spend(150)
  expect(pace.left).toBe(0)
  now += 500
  expect(pace.left).toBe(40)
  pace.spend(30)
  now += 100
  expect(pace.left).toBe(18)
  now += 3_600_000
  expect(pace.left).toBe(150)
})
