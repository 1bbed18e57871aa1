import { createStoreTimeoutError, type Engine } from './engine.ts'
import type { StoreOperation } from './events.ts'
import { RETRY_DELAYS_MS } from './protocol.gen.ts'
import { withIdleTimeout } from './withTimeout.ts'

/**
 * Runs an operation of the store that must not be lost, with several attempts.
 *
 * @param task may take any time if it reports progress
 * @param createError creates the error to throw when the last attempt has failed
 */
export async function retryStoreOperation<T>(
  { events, limits }: Engine,
  operation: StoreOperation,
  task: (progress: () => void) => Promise<T>,
  createError: (attempts: number, cause: unknown) => Error,
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
