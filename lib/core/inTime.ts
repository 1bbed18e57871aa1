/**
 * Waits for what may never come.
 *
 * @param milliseconds after which it counts as failed
 * @param late makes what is thrown then
 */
export function inTime<T>(answer: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  return withoutSilence(() => answer, milliseconds, late)
}

/**
 * Runs what may take long as long as it tells of progress.
 *
 * @param milliseconds of silence after which it counts as failed
 * @param late makes what is thrown then
 */
export async function withoutSilence<T>(
  task: (progress: () => void) => Promise<T>,
  milliseconds: number,
  late: () => Error,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  let progress = () => {}
  const silence = new Promise<never>((_, reject) => {
    progress = () => {
      clearTimeout(timer)
      timer = setTimeout(() => reject(late()), milliseconds)
    }
  })
  progress()
  try {
    return await Promise.race([task(() => timer !== undefined && progress()), silence])
  } finally {
    clearTimeout(timer)
    timer = undefined
  }
}
