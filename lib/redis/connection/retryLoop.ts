/** Waits without keeping the process alive. */
export function sleepUnref(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}

/** Repeats a step until it is stopped. */
export interface RetryLoop {
  /** Resolves when the loop has ended. */
  start(): Promise<void>
  /** No step begins after this. The step in progress goes on. */
  stop(): void
}

export interface RetryLoopOptions {
  /** Runs before the first step, and again after each failure. */
  prepare?(): Promise<void>
  step(): Promise<void>
  /** Not called for a failure after `stop`, which may be its effect. */
  onFailure?(error: unknown): void
  /** Waits after a failure, before `prepare` runs again. */
  wait(): Promise<void>
}

export function createRetryLoop({ prepare, step, onFailure, wait }: RetryLoopOptions): RetryLoop {
  let running = false

  async function repeat() {
    while (running) {
      try {
        await prepare?.()
        while (running) await step()
      } catch (error) {
        if (!running) return
        onFailure?.(error)
        await wait()
      }
    }
  }

  return {
    start() {
      running = true
      return repeat()
    },
    stop() {
      running = false
    },
  }
}
