import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Settable } from '../../lib/core/settable.ts'
import { StoreWaits } from '../../lib/core/storeWaits.ts'
import { waitForTicks } from '../../lib/core/waitForTicks.ts'

/** Limits of time that no busy machine reaches. */
const PATIENT = { milliseconds: 60_000, idleMs: 60_000 }

it('waitForTicks waits for an answer that is about to come', async () => {
  const soon = new Settable<string>()
  setImmediate(() => soon.resolve('answer'))
  expect(await waitForTicks(soon, { maxTicks: 5 })).toBe('answer')
})

it('waitForTicks returns nothing when the answer takes more turns', async () => {
  expect(await waitForTicks(new Settable(), { maxTicks: 5 })).toBeUndefined()
})

it('waitForTicks returns nothing when the answer takes more time', async () => {
  expect(await waitForTicks(new Settable(), { maxTicks: Infinity, milliseconds: 5 })).toBeUndefined()
})

it('waitForTicks rejects when there is an error', async () => {
  const failing = new Settable<string>()
  failing.reject(new Error('no answer'))
  await expect(waitForTicks(failing, { maxTicks: 5 })).rejects.toThrow('no answer')
})

it('waitForTicks does not count the turns in which the store is awaited', async () => {
  const answer = new Settable<string>()
  const storeWaits = new StoreWaits()
  storeWaits.beginCall()
  const waiting = waitForTicks(answer, { ...PATIENT, maxTicks: 3, storeWaits })
  for (let turn = 0; turn < 10; turn++) await nextTurn()
  storeWaits.endCall()
  storeWaits.beginCall()
  for (let turn = 0; turn < 10; turn++) await nextTurn()
  storeWaits.endCall()
  answer.resolve('answer')
  expect(await waiting).toBe('answer')
})

it('waitForTicks counts the turns after the last reply of the store', async () => {
  const storeWaits = new StoreWaits()
  storeWaits.beginCall()
  const waiting = waitForTicks(new Settable(), { maxTicks: 3, storeWaits })
  await nextTurn()
  storeWaits.endCall()
  expect(await waiting).toBeUndefined()
})

it('waitForTicks waits for a slow store no longer than its time limit', async () => {
  const storeWaits = new StoreWaits()
  storeWaits.beginCall()
  expect(await waitForTicks(new Settable(), { maxTicks: 3, milliseconds: 5, storeWaits })).toBeUndefined()
  storeWaits.endCall()
})

it('waitForTicks ends when the process has waited for the store for too long in all', async () => {
  const storeWaits = new StoreWaits()
  const startedAt = performance.now()
  let isOver = false
  const waiting = waitForTicks(new Settable(), { maxTicks: 1_000, idleMs: 20, storeWaits }).then(() => {
    isOver = true
  })
  // Each reply leads to the next call, as in a chain of nested fragments.
  while (!isOver && performance.now() - startedAt < 5_000) {
    storeWaits.beginCall()
    await new Promise((resolve) => setTimeout(resolve, 5))
    storeWaits.endCall()
  }
  await waiting
  expect(isOver).toBe(true)
})

it('waitForTicks does not count the time in which the process computes', async () => {
  const answer = new Settable<string>()
  const storeWaits = new StoreWaits()
  storeWaits.beginCall()
  const waiting = waitForTicks(answer, { maxTicks: 3, milliseconds: 60_000, idleMs: 20, storeWaits })
  await nextTurn()
  for (const until = performance.now() + 100; performance.now() < until; );
  storeWaits.endCall()
  await nextTurn()
  answer.resolve('answer')
  expect(await waiting).toBe('answer')
})
