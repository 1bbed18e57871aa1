import { expect, it } from 'vitest'
import { Settable } from '../../lib/core/settable.ts'
import { waitForTicks } from '../../lib/core/waitForTicks.ts'

it('waitForTicks waits for an answer that is about to come', async () => {
  const soon = new Settable<string>()
  setImmediate(() => soon.resolve('answer'))
  expect(await waitForTicks(soon, 5)).toBe('answer')
})

it('waitForTicks returns nothing when the answer takes more turns', async () => {
  expect(await waitForTicks(new Settable(), 5)).toBeUndefined()
})

it('waitForTicks returns nothing when the answer takes more time', async () => {
  expect(await waitForTicks(new Settable(), Infinity, 5)).toBeUndefined()
})

it('waitForTicks rejects when there is an error', async () => {
  const failing = new Settable<string>()
  failing.reject(new Error('no answer'))
  await expect(waitForTicks(failing, 5)).rejects.toThrow('no answer')
})
