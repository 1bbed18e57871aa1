/**
 * Waits for what is about to happen, and no longer: so many turns of the event loop, however long these are.
 *
 * @returns what `answer` resolves with, or nothing when it takes longer
 */
export async function withinTurns<T>(answer: Promise<T>, turns: number): Promise<T | undefined> {
  let done = false
  const settle = () => {
    done = true
  }
  answer.then(settle, settle)
  for (let turn = 0; !done && turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
  return done ? answer : undefined
}
