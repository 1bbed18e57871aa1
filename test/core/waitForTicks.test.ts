import { expect, it } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import { waitForTicks } from '../../lib/core/withTimeout.ts'

it('an answer that is there soon is waited for', async () => {
  const soon = new Promise((resolve) => setImmediate(resolve, 'answer'))
  expect(await waitForTicks(soon, 5)).toBe('answer')
})

it('one that takes more turns is not', async () => {
  expect(await waitForTicks(new Promise(() => {}), 5)).toBeUndefined()
})

it('one that takes longer is not, however few turns that are', async () => {
  expect(await waitForTicks(new Promise(() => {}), Infinity, 5)).toBeUndefined()
})

it('a rejection is the caller’s', async () => {
  const failing = createDeferred<string>()
  failing.reject(new Error('no answer'))
  await expect(waitForTicks(failing.promise, 5)).rejects.toThrow('no answer')
})
