/**
 * Waits for what is about to happen, and no longer: so many turns of the event loop, of which a busy one may take
 * long, or so many milliseconds.
 *
 * @returns what `promise` resolves with, or nothing when it takes longer
 */
export async function waitForTicks<T>(
  promise: Promise<T>,
  maxTicks: number,
  milliseconds = 500,
): Promise<T | undefined> {
  let isDone = false
  const markDone = () => {
    isDone = true
  }
  promise.then(markDone, markDone)
  const deadline = performance.now() + milliseconds
  for (let tick = 0; !isDone && tick < maxTicks && performance.now() < deadline; tick++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  return isDone ? promise : undefined
}
