import { expect, it } from 'vitest'
import { createDeferred } from '../../lib/core/deferred.ts'
import { waitForTicks } from '../../lib/core/withTimeout.ts'

it('waitForTicks waits for an answer that is about to come', async () => {
  const soon = new Promise((resolve) => setImmediate(resolve, 'answer'))
  expect(await waitForTicks(soon, 5)).toBe('answer')
})

it('waitForTicks returns nothing when the answer takes more turns', async () => {
  expect(await waitForTicks(new Promise(() => {}), 5)).toBeUndefined()
})

it('waitForTicks returns nothing when the answer takes more time', async () => {
  expect(await waitForTicks(new Promise(() => {}), Infinity, 5)).toBeUndefined()
})

it('waitForTicks rejects when the promise rejects', async () => {
  const failing = createDeferred<string>()
  failing.reject(new Error('no answer'))
  await expect(waitForTicks(failing.promise, 5)).rejects.toThrow('no answer')
})
