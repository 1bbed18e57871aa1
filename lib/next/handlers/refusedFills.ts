import type { Token } from '../../core/fragmentStore.ts'
import { minToken } from '../../core/token.ts'

/** A `'use cache'` fill whose result the store has not accepted. */
interface RefusedFill {
  readonly dependencies: readonly string[]
  /** The moment from which its data may be. `undefined` when the store did not tell. */
  readonly token: Token | undefined
  /** When it ended, on the clock of `performance.now()`. */
  readonly endedAt: number
}

/**
 * Next lets the renders of a process join a `'use cache'` fill that has begun before them. So a page that begins after an
 * expiry may contain older data. Its own token does not show that. When the store has refused the older fill, the page
 * must be refused as well. When the store has accepted it, nothing was expired before the page began.
 */
export interface RefusedFills {
  add(fill: RefusedFill): void
  /**
   * The earliest token of the fills that output with these dependencies may contain, if it began at `startedAt`.
   *
   * @returns nothing when there is no such fill, and `'unknown'` when its age is unknown
   */
  getEarliestToken(dependencies: ReadonlySet<string>, startedAt: number): Token | 'unknown' | undefined
  /**
   * The token of output that began at `startedAt`, with the age of the fills that it may contain.
   *
   * @returns nothing when the age is unknown, and the output must not be stored
   */
  limitToken(token: Token, dependencies: readonly string[], startedAt: number): Token | undefined
}

const MAX_FILLS = 1000
/** No render of Next takes longer. */
const MAX_AGE_MS = 600_000

export function createRefusedFills(now = () => performance.now()): RefusedFills {
  let fills: RefusedFill[] = []
  /** Fills that ended up to this moment may have been forgotten. */
  let forgottenUntil = -Infinity

  return {
    add(fill) {
      const oldest = now() - MAX_AGE_MS
      fills = fills.filter(({ endedAt }) => endedAt >= oldest)
      fills.push(fill)
      if (fills.length <= MAX_FILLS) return
      forgottenUntil = Math.max(forgottenUntil, fills[0]?.endedAt ?? forgottenUntil)
      fills.shift()
    },
    getEarliestToken,
    limitToken(token, dependencies, startedAt) {
      if (fills.length === 0 && startedAt > forgottenUntil) return token
      const earliest = getEarliestToken(new Set(dependencies), startedAt)
      return earliest === 'unknown' ? undefined : minToken(earliest, token)
    },
  }

  function getEarliestToken(dependencies: ReadonlySet<string>, startedAt: number) {
    if (startedAt <= forgottenUntil) return 'unknown'
    let earliest: Token | undefined
    for (const fill of fills) {
      if (fill.endedAt < startedAt || !fill.dependencies.every((object) => dependencies.has(object))) continue
      if (fill.token === undefined) return 'unknown'
      earliest = minToken(earliest, fill.token)
    }
    return earliest
  }
}
