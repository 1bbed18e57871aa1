/** How far this process has applied the log of expiries. */
export interface FollowedHistory {
  /** The last expiry that was applied; -1 while nothing is known. */
  readonly clock: number
  readonly epoch: string
  /** Milliseconds without an answer from Redis after which the history is not live. */
  readonly maxSilenceMs: number
  /** Whether all that Redis had logged a moment ago, within the bound, has been applied. */
  isLive(now: number): boolean
}

/** Written by the follower of the log alone. Moments are on this process's monotonic clock. */
export interface FollowedHistoryRecord extends FollowedHistory {
  /** The moment as of which everything has been applied. */
  readonly lastHeardAt: number
  /** Continues from another position. The expiries up to it were not applied. */
  jumpTo(position: { readonly epoch: string; readonly clock: number }): void
  advance(clock: number): void
  confirm(askedAt: number): void
  /** Questions that were asked until now count for nothing: another server may have answered them. */
  distrust(now: number): void
}

/** Its own object, so that local copies can read it, and the follower can drop local copies, without a circle. */
export function createFollowedHistory(maxSilenceMs: number): FollowedHistoryRecord {
  let clock = -1
  let epoch = ''
  let lastHeardAt = -Infinity
  /** Not the same as silence: `lastHeardAt` stays as it is. */
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
    confirm(askedAt) {
      lastHeardAt = Math.max(lastHeardAt, askedAt)
    },
    distrust(now) {
      distrustedUntil = now
    },
  }
}
