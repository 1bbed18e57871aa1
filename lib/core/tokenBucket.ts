/** A token bucket: allows a burst up to its capacity, and then a constant rate. */
export interface TokenBucket {
  /**
   * Returns the number of whole tokens.
   *
   * @param now milliseconds on one clock. A clock that is set back adds no tokens until it has caught up.
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
