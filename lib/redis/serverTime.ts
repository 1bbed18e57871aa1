/** The server's time, estimated between the replies that tell it. All in milliseconds. */
export interface ServerTime {
  /** Whether it has been told within the last few seconds: the server's clock may be set, and ours drifts. */
  isKnown(now: number): boolean
  /** @param moment on this process's monotonic clock */
  at(moment: number): number
  /** The server said that it was `time` at some moment between the two. */
  told(time: number, sent: number, came: number): void
}

const FRESH_FOR = 5_000

export function createServerTime(): ServerTime {
  let offset = 0
  let toldAt = -Infinity
  return {
    isKnown: (now) => now - toldAt < FRESH_FOR,
    at: (moment) => moment + offset,
    told(time, sent, came) {
      offset = time - (sent + came) / 2
      toldAt = came
    },
  }
}
