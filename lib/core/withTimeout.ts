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
