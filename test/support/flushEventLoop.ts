import { setImmediate } from 'node:timers/promises'

/**
 * Resolves when everything that could run has run, and what is left waits for something from outside. For
 * showing that a thing does NOT happen; for what does happen, await that.
 */
export async function flushEventLoop(): Promise<void> {
  // A stream of the platform hops between the queues of microtasks and of ticks: once is not enough.
  for (let turn = 0; turn < 3; turn++) await setImmediate()
}
