/**
 * Waits for what may never come.
 *
 * @param milliseconds after which it counts as failed
 * @param createError makes what is thrown then
 */
export function withTimeout<T>(
  promise: Promise<T>,
  milliseconds: number,
  createError: () => Error,
): Promise<T> {
  return withIdleTimeout(() => promise, milliseconds, createError)
}

/**
 * Runs what may take long as long as it tells of progress.
 *
 * @param milliseconds of silence after which it counts as failed
 * @param createError makes what is thrown then
 */
export async function withIdleTimeout<T>(
  task: (progress: () => void) => Promise<T>,
  milliseconds: number,
  createError: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let progress = () => {}
  const idleTimeout = new Promise<never>((_, reject) => {
    progress = () => {
      clearTimeout(timer)
      timer = setTimeout(() => reject(createError()), milliseconds)
    }
  })
  progress()
  try {
    return await Promise.race([task(() => timer !== undefined && progress()), idleTimeout])
  } finally {
    clearTimeout(timer)
    timer = undefined
  }
}

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
