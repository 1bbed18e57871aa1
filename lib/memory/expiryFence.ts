import type { Token } from '../core/fragmentStore.ts'

export interface ExpiryFence {
  /** The current clock. */
  getCurrentToken(): Token
  /** The clock of `ageMs` milliseconds before `now`, or a lower one. */
  getToken(now: number, ageMs: number): Token
  /** Advances the clock and stamps the objects with it. */
  stamp(objects: readonly string[], now: number): void
  /** Whether any of the objects was stamped after the token. `unverifiable` when such a stamp may have been trimmed. */
  check(token: Token, objects: readonly string[]): 'unchanged' | 'fenced' | 'unverifiable'
}

export interface ExpiryFenceLimits {
  /** Milliseconds for which stamps are kept: no fill may take longer. */
  readonly retentionMs: number
  readonly maxStamps: number
  /** Moments of expiries that are kept. A reader from before the oldest of them gets the lowest clock. */
  readonly maxTicks: number
}

/**
 * The fence: the clock at which each object was last expired. Bounded in time and number. `trimmedUpTo` is the highest
 * clock that was trimmed, so that an older token is refused and not trusted.
 */
export function createExpiryFence(
  epoch: string,
  { retentionMs, maxStamps, maxTicks }: ExpiryFenceLimits,
): ExpiryFence {
  // A Map keeps insertion order, and a stamp is always re-inserted: the oldest come first.
  const stamps = new Map<string, { clock: number; time: number }>()
  /** Moments at which the clock advanced: `ticks[i]` brought it to `firstTick + i`. */
  const ticks: number[] = []
  let firstTick = 1
  /** Ticks up to this moment were trimmed because there were too many. */
  let ticksTrimmedUntil = -Infinity
  let clock = 0
  let trimmedUpTo = 0

  function trim(now: number) {
    for (const [object, stamp] of stamps) {
      if (stamps.size <= maxStamps && stamp.time >= now - retentionMs) break
      stamps.delete(object)
      trimmedUpTo = Math.max(trimmedUpTo, stamp.clock)
    }
    let trimmed = 0
    while (trimmed < ticks.length && (ticks[trimmed] as number) < now - retentionMs) trimmed++
    // Many at a time, because each removal moves all remaining ticks.
    const tooMany = ticks.length > maxTicks ? Math.ceil(maxTicks / 2) : 0
    if (tooMany > trimmed) {
      trimmed = tooMany
      ticksTrimmedUntil = ticks[trimmed - 1] as number
    }
    if (trimmed > 0) {
      ticks.splice(0, trimmed)
      firstTick += trimmed
    }
  }

  return {
    getCurrentToken: () => ({ epoch, clock }),
    getToken(now, ageMs) {
      const since = now - ageMs
      let low = 0
      let high = ticks.length
      while (low < high) {
        const middle = (low + high) >> 1
        // A tick at exactly that moment counts as later, because the caller may have read just before it.
        if ((ticks[middle] as number) < since) low = middle + 1
        else high = middle
      }
      // Ticks from before the retention are gone, so the clock of an older moment would be too high. 0 is safe.
      const isRemembered = ageMs <= retentionMs && since > ticksTrimmedUntil
      return { epoch, clock: isRemembered ? firstTick - 1 + low : 0 }
    },
    stamp(objects, now) {
      clock++
      ticks.push(now)
      for (const object of objects) {
        stamps.delete(object)
        stamps.set(object, { clock, time: now })
      }
      trim(now)
    },
    check(token, objects) {
      if (token.epoch !== epoch || token.clock < trimmedUpTo) return 'unverifiable'
      return objects.some((object) => (stamps.get(object)?.clock ?? 0) > token.clock) ? 'fenced' : 'unchanged'
    },
  }
}
