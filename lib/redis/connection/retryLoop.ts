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
  /** Not called after `stop`, because that may be the cause of the failure. */
  onFailure?(error: unknown): void
  /** Waits after a failure, before `prepare` runs again. */
  wait(): Promise<void>
}

export function createRetryLoop({ prepare, step, onFailure, wait }: RetryLoopOptions): RetryLoop {
  let isRunning = false

  async function repeat() {
    while (isRunning) {
      try {
        await prepare?.()
        while (isRunning) await step()
      } catch (error) {
        if (!isRunning) return
        onFailure?.(error)
        await wait()
      }
    }
  }

  return {
    start() {
      isRunning = true
      return repeat()
    },
    stop() {
      isRunning = false
    },
  }
}
