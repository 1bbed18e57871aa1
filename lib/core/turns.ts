/**
 * Waits for what is about to happen, and no longer: so many turns of the event loop, of which a busy one may take
 * long, or so many milliseconds.
 *
 * @returns what `answer` resolves with, or nothing when it takes longer
 */
export async function withinTurns<T>(
  answer: Promise<T>,
  turns: number,
  milliseconds = 500,
): Promise<T | undefined> {
  let done = false
  const settle = () => {
    done = true
  }
  answer.then(settle, settle)
  const until = performance.now() + milliseconds
  for (let turn = 0; !done && turn < turns && performance.now() < until; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  return done ? answer : undefined
}
