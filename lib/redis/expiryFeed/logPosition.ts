/** How far in the log of expiries this process is: everything up to here was applied. */
export interface LogPosition {
  /** The clock of the last expiry that was applied; -1 before the first reply of Redis. */
  readonly clock: number
  readonly epoch: string
  /**
   * Milliseconds without an answer from Redis after which the position is not live. This is the option
   * `local.maxStalenessMs`. `isLive` in localCache.ts asks for it, so that older copies are not served.
   */
  readonly maxStalenessMs: number
  /** Whether everything was applied that Redis had logged more than `maxStalenessMs` ago. */
  isLive(now: number): boolean
}

/** Only the follower of the log writes it. Moments are on this process's monotonic clock. */
export interface LogPositionRecord extends LogPosition {
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
export function createLogPosition(maxStalenessMs: number): LogPositionRecord {
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
    maxStalenessMs,
    isLive: (now) => clock >= 0 && lastHeardAt > distrustedUntil && now - lastHeardAt < maxStalenessMs,
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
