/** A token bucket: so many tokens at once, and then so many a second. */
export interface TokenBucket {
  /**
   * How many whole tokens there are.
   *
   * @param now milliseconds on any one clock; a clock that is set back adds nothing until it has caught up
   */
  getAvailable(now: number): number
  take(count: number): void
}

/** Starts full. */
export function createTokenBucket(capacity: number, perSecond: number): TokenBucket {
  let tokens = capacity
  let filledAt: number | undefined
  return {
    getAvailable(now) {
      const elapsed = Math.max(0, now - (filledAt ?? now))
      tokens = Math.min(capacity, tokens + (elapsed / 1000) * perSecond)
      filledAt = now
      return Math.floor(tokens)
    },
    take(count) {
      tokens -= count
    },
  }
}
