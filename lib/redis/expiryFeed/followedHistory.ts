/** The part of the log of expiries that this process has applied. */
export interface FollowedHistory {
  /** The clock of the last expiry that was applied; -1 before the first reply of Redis. */
  readonly clock: number
  readonly epoch: string
  /** Milliseconds without an answer from Redis after which the history is not live. */
  readonly maxSilenceMs: number
  /** Whether everything was applied that Redis had logged more than `maxSilenceMs` ago. */
  isLive(now: number): boolean
}

/** Only the follower of the log writes it. Moments are on this process's monotonic clock. */
export interface FollowedHistoryRecord extends FollowedHistory {
  /** Everything that Redis had logged at this moment was applied. */
  readonly lastHeardAt: number
  /** Continues from another position. The expiries between the two positions were not applied. */
  jumpTo(position: { readonly epoch: string; readonly clock: number }): void
  advance(clock: number): void
  /** @param sentAt the moment when a request was sent whose reply showed that nothing is left to apply */
  confirm(sentAt: number): void
  /** Ignores requests that were sent before `now`, because another server may have answered them. */
  distrust(now: number): void
}

/** A separate object, because local copies read it, and the follower that writes it drops local copies. */
export function createFollowedHistory(maxSilenceMs: number): FollowedHistoryRecord {
  let clock = -1
  let epoch = ''
  let lastHeardAt = -Infinity
  /** Does not change `lastHeardAt`, because a change of the connection is no silence. */
  let distrustedUntil = -Infinity
  return {
    get clock() {
      return clock
    },
    get epoch() {
      return epoch
    },
    get lastHeardAt() {
      return lastHeardAt
    },
    maxSilenceMs,
    isLive: (now) => clock >= 0 && lastHeardAt > distrustedUntil && now - lastHeardAt < maxSilenceMs,
    jumpTo(position) {
      clock = position.clock
      epoch = position.epoch
    },
    advance(to) {
      clock = to
    },
    confirm(sentAt) {
      lastHeardAt = Math.max(lastHeardAt, sentAt)
    },
    distrust(now) {
      distrustedUntil = now
    },
  }
}
