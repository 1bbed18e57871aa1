import { expect, it } from 'vitest'
import { createLeases } from '../../lib/memory/leases.ts'
import { quiet } from '../support/quiet.ts'

const token = { epoch: 'e', clock: 1 }

it('who waits for a lease that was taken over is woken by its new holder', async () => {
  const leases = createLeases()
  leases.take('a', token, 0, 1_000)
  let woken = false
  const waiting = leases.settled('a', 60_000).then(() => {
    woken = true
  })
  const second = leases.take('a', { epoch: 'e', clock: 2 }, 0, 1_000) as string
  await quiet()
  expect(woken).toBe(false)
  leases.release('a', second)
  await waiting
})

it('clearing wakes everybody', async () => {
  const leases = createLeases()
  for (const key of ['a', 'b']) leases.take(key, token, 0, 1_000)
  const waiting = Promise.all([leases.settled('a', 60_000), leases.settled('b', 60_000)])
  leases.clear()
  await waiting
})
