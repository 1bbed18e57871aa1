/** A circuit breaker: stops sending to a server that does not answer, so that callers fail without waiting. */
export interface Breaker {
  /** Runs the task. After several failures in a row it rejects at once, except for one probe from time to time. */
  run<T>(task: () => Promise<T>): Promise<T>
}

export interface BreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failures: number
  /** Milliseconds between the last failure and the next probe. */
  readonly probeAfter: number
  isFailure(error: unknown): boolean
}

/** The error while the circuit is open. Its cause is the last failure. */
export class CircuitOpenError extends Error {}

/** Uses the monotonic clock, so that the circuit does not stay open longer when the machine's clock is set back. */
export function createBreaker({ failures, probeAfter, isFailure }: BreakerOptions): Breaker {
  let consecutiveFailures = 0
  let lastFailure: unknown
  let probeAt = 0
  let isProbing = false

  return {
    async run(task) {
      const isProbe = consecutiveFailures >= failures
      if (isProbe) {
        // Other callers do not wait for the probe, which may be as slow as the last failure.
        if (isProbing || performance.now() < probeAt)
          throw new CircuitOpenError('broken', { cause: lastFailure })
        isProbing = true
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
        if (isProbe) isProbing = false
      }
    },
  }
}
