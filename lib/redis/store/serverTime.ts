/** Estimates the server's time between replies that contain it. All times are in milliseconds. */
export interface ServerTime {
  /**
   * Whether a reply contained the time in the last few seconds. An older estimate is not used, because the server's clock
   * may have been set, or the clock of this process may have drifted.
   */
  isSynced(now: number): boolean
  /**
   * @param moment on this process's monotonic clock
   * @returns the server's time at that moment
   */
  at(moment: number): number
  /** Records that the server's clock showed `time` at some moment between `sentAt` and `receivedAt`. */
  sync(time: number, sentAt: number, receivedAt: number): void
}

const FRESH_FOR_MS = 5_000

export function createServerTime(): ServerTime {
  let offset = 0
  let syncedAt = -Infinity
  return {
    isSynced: (now) => now - syncedAt < FRESH_FOR_MS,
    at: (moment) => moment + offset,
    sync(time, sentAt, receivedAt) {
      offset = time - (sentAt + receivedAt) / 2
      syncedAt = receivedAt
    },
  }
}
