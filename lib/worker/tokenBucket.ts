/** A token bucket: so many at once, and then so many a second. */
export interface TokenBucket {
  /** How many may begin now. */
  readonly available: number
  take(count: number): void
}

/** @param now milliseconds on a clock that does not go back */
export function createTokenBucket(capacity: number, perSecond: number, now: () => number): TokenBucket {
  let tokens = capacity
  let filledAt = now()
  return {
    get available() {
      const at = now()
      tokens = Math.min(capacity, tokens + ((at - filledAt) / 1000) * perSecond)
      filledAt = at
      return Math.floor(tokens)
    },
    take(count) {
      tokens -= count
    },
  }
}
