/**
 * Milliseconds since the epoch on the monotonic clock: the wall-clock time at which the process started, plus the time
 * since then. No step of the wall clock changes it. It stands still while the machine is suspended.
 */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now()
}
