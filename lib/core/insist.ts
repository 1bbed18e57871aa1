import { type Engine, storeTimeout } from './engine.ts'
import type { StoreOperation } from './events.ts'
import { withoutSilence } from './inTime.ts'

/** Milliseconds before each further try: a change must get through, and must not hold its caller for long. */
const PAUSES = [20, 60, 180, 540]

/**
 * Has the store do what must not be lost, with as many tries as it takes within reason.
 *
 * @param task may take long as long as it tells of progress
 * @param failed makes what is thrown when the last try has failed as well
 */
export async function insist<T>(
  { events, limits }: Engine,
  operation: StoreOperation,
  task: (progress: () => void) => Promise<T>,
  failed: (tries: number, cause: unknown) => Error,
): Promise<T> {
  const silence = limits.storeTimeout
  let lastError: unknown
  for (const pause of [...PAUSES, undefined]) {
    try {
      return await withoutSilence(task, silence, () => storeTimeout(silence))
    } catch (error) {
      lastError = error
      events.emit({ type: 'store-error', operation, error })
      if (pause !== undefined) await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  throw failed(PAUSES.length + 1, lastError)
}
