import { expect, it } from 'vitest'
import { createLeases } from '../../lib/memory/leases.ts'
import { flushEventLoop } from '../support/flushEventLoop.ts'

const token = { epoch: 'e', clock: 1 }

it('a waiter for a lease that was taken over wakes when the new holder ends', async () => {
  const leases = createLeases()
  leases.acquire('a', token, 0, 1_000)
  let isWoken = false
  const waiting = leases.waitForRelease('a', 60_000).then(() => {
    isWoken = true
  })
  const second = leases.acquire('a', { epoch: 'e', clock: 2 }, 0, 1_000) as string
  await flushEventLoop()
  expect(isWoken).toBe(false)
  leases.release('a', second)
  await flushEventLoop()
  expect(isWoken).toBe(true)
  await waiting
})

it('a waiter wakes when the holder ends whose lease was taken over', async () => {
  const leases = createLeases()
  const first = leases.acquire('a', token, 0, 1_000) as string
  const ofFirst = leases.waitForRelease('a', 60_000)
  const second = leases.acquire('a', { epoch: 'e', clock: 2 }, 0, 1_000) as string
  let isSecondOver = false
  const ofSecond = leases.waitForRelease('a', 60_000).then(() => {
    isSecondOver = true
  })
  leases.release('a', first)
  await ofFirst
  await flushEventLoop()
  expect(isSecondOver).toBe(false)
  leases.release('a', second)
  await ofSecond
})

it('a clear wakes all waiters', async () => {
  const leases = createLeases()
  for (const key of ['a', 'b']) leases.acquire(key, token, 0, 1_000)
  const woken: string[] = []
  const waiting = ['a', 'b'].map((key) => leases.waitForRelease(key, 60_000).then(() => woken.push(key)))
  await flushEventLoop()
  expect(woken).toEqual([])
  leases.clear()
  await flushEventLoop()
  expect(woken.sort()).toEqual(['a', 'b'])
  await Promise.all(waiting)
})
