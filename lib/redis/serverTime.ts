/** The server's time, estimated between replies that contain it. All in milliseconds. */
export interface ServerTime {
  /** Whether a reply contained it in the last few seconds. Later the server's clock may be set, or ours may have drifted. */
  isSynced(now: number): boolean
  /** @param moment on this process's monotonic clock */
  at(moment: number): number
  /** The server said that it was `time` at some moment between the two. */
  sync(time: number, sentAt: number, receivedAt: number): void
}

const FRESH_FOR = 5_000

export function createServerTime(): ServerTime {
  let offset = 0
  let syncedAt = -Infinity
  return {
    isSynced: (now) => now - syncedAt < FRESH_FOR,
    at: (moment) => moment + offset,
    sync(time, sentAt, receivedAt) {
      offset = time - (sentAt + receivedAt) / 2
      syncedAt = receivedAt
    },
  }
}
