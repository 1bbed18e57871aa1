import { createStoreTimeoutError, type Engine } from './engine.ts'
import type { StoreOperation } from './events.ts'
import { RETRY_DELAYS_MS } from './protocol.gen.ts'
import { withIdleTimeout } from './withTimeout.ts'

/**
 * Has the store do what must not be lost, with as many tries as it takes within reason.
 *
 * @param task may take long as long as it tells of progress
 * @param createError makes what is thrown when the last try has failed as well
 */
export async function retryStoreOperation<T>(
  { events, limits }: Engine,
  operation: StoreOperation,
  task: (progress: () => void) => Promise<T>,
  createError: (tries: number, cause: unknown) => Error,
): Promise<T> {
  const idleTimeout = limits.storeTimeout
  let lastError: unknown
  for (const delay of [...RETRY_DELAYS_MS, undefined]) {
    try {
      return await withIdleTimeout(task, idleTimeout, () => createStoreTimeoutError(idleTimeout))
    } catch (error) {
      lastError = error
      events.emit({ type: 'store-error', operation, error })
      if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay))
    }
  }
  throw createError(RETRY_DELAYS_MS.length + 1, lastError)
}
