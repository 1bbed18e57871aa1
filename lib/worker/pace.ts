/** A token bucket: so many at once, and then so many a second. */
export interface Pace {
  /** How many may begin now. */
  readonly left: number
  spend(count: number): void
}

/** @param now milliseconds on a clock that does not go back */
export function createPace(atOnce: number, perSecond: number, now: () => number): Pace {
  let tokens = atOnce
  let filledAt = now()
  return {
    get left() {
      const at = now()
      tokens = Math.min(atOnce, tokens + ((at - filledAt) / 1000) * perSecond)
      filledAt = at
      return Math.floor(tokens)
    },
    spend(count) {
      tokens -= count
    },
  }
}
