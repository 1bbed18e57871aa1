import type { Settable } from './settable.ts'

/**
 * Rejects when `promise` takes longer than `milliseconds`.
 *
 * @param createError creates the error of the rejection
 */
export function withTimeout<T>(
  promise: Promise<T>,
  milliseconds: number,
  createError: () => Error,
): Promise<T> {
  return withIdleTimeout(() => promise, milliseconds, createError)
}

/**
 * Runs a task that may take any time if it reports progress.
 *
 * @param milliseconds longest time without progress
 * @param createError creates the error of the rejection after such a time
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
 * Waits for a value that is about to come, at most for `maxTicks` turns of the event loop. `milliseconds` limits the
 * wait on a busy event loop, whose turns take long.
 *
 * @returns the value, or nothing when it takes longer
 */
export function waitForTicks<T>(
  source: Settable<T>,
  maxTicks: number,
  milliseconds = 500,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    let isDone = false
    source.whenSettled(
      (value) => {
        isDone = true
        resolve(value)
      },
      (error) => {
        isDone = true
        reject(error)
      },
    )
    const deadline = performance.now() + milliseconds
    let ticks = 0
    const onTick = () => {
      if (isDone) return
      if (++ticks >= maxTicks || performance.now() >= deadline) resolve(undefined)
      else setImmediate(onTick)
    }
    if (!isDone) setImmediate(onTick)
  })
}
