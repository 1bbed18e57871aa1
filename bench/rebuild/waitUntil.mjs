import { setTimeout } from 'node:timers/promises'

const WAIT_TIMEOUT_MS = 15_000

/** Waits until the predicate returns true. @throws with the given text when that takes too long */
export async function waitUntil(predicate, describeFailure) {
  for (const until = performance.now() + WAIT_TIMEOUT_MS; performance.now() < until; await setTimeout(50)) {
    if (await predicate()) return
  }
  throw new Error(typeof describeFailure === 'string' ? describeFailure : describeFailure())
}
