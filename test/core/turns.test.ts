import { expect, it } from 'vitest'
import { deferred } from '../../lib/core/deferred.ts'
import { withinTurns } from '../../lib/core/turns.ts'

it('an answer that is there soon is waited for', async () => {
  const soon = new Promise((resolve) => setImmediate(resolve, 'answer'))
  expect(await withinTurns(soon, 5)).toBe('answer')
})

it('one that takes more turns is not', async () => {
  expect(await withinTurns(new Promise(() => {}), 5)).toBeUndefined()
})

it('one that takes longer is not, however few turns that are', async () => {
  expect(await withinTurns(new Promise(() => {}), Infinity, 5)).toBeUndefined()
})

it('a rejection is the caller’s', async () => {
  const failing = deferred<string>()
  failing.reject(new Error('no answer'))
  await expect(withinTurns(failing.promise, 5)).rejects.toThrow('no answer')
})
