/**
 * Milliseconds since the epoch by the monotonic clock: the wall clock as it stood when the process started, and what
 * has passed since. No step of the wall clock changes it. It stands still while the machine is suspended.
 */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now()
}
