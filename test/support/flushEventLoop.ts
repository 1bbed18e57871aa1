import { setImmediate } from 'node:timers/promises'

/**
 * Resolves when all work has run that does not wait for an outside event. For tests that nothing happens. A test that
 * something happens awaits that event instead.
 */
export async function flushEventLoop(): Promise<void> {
  // A web stream switches between the queues of microtasks and ticks, so one turn is not enough.
  for (let turn = 0; turn < 3; turn++) await setImmediate()
}
