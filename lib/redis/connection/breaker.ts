/** Spares a server that does not answer, and those who would wait for it. */
export interface Breaker {
  /** Runs the task, unless the last few have failed: then rejects at once. Now and then one may try again. */
  run<T>(task: () => Promise<T>): Promise<T>
}

export interface BreakerOptions {
  /** Failures in a row after which nothing is tried any more. */
  readonly failures: number
  /** Milliseconds until one task may try again. */
  readonly probeAfter: number
  isFailure(error: unknown): boolean
}

/** Rejects with this while nothing is tried; its cause is the last failure. */
export class CircuitOpenError extends Error {}

/** On the monotonic clock: a machine whose clock is set back must not do without Redis for as long. */
export function createBreaker({ failures, probeAfter, isFailure }: BreakerOptions): Breaker {
  let consecutiveFailures = 0
  let lastFailure: unknown
  let probeAt = 0
  let probing = false

  return {
    async run(task) {
      const isProbe = consecutiveFailures >= failures
      if (isProbe) {
        // Those who come while one tries do not wait for the outcome: it may be as slow as the last.
        if (probing || performance.now() < probeAt)
          throw new CircuitOpenError('broken', { cause: lastFailure })
        probing = true
      }
      try {
        const result = await task()
        consecutiveFailures = 0
        return result
      } catch (error) {
        if (isFailure(error)) {
          consecutiveFailures++
          lastFailure = error
          probeAt = performance.now() + probeAfter
        } else {
          consecutiveFailures = 0
        }
        throw error
      } finally {
        if (isProbe) probing = false
      }
    },
  }
}
