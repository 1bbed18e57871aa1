import { createDeferred } from '../../core/deferred.ts'
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
  /**
   * Notes a fill whose result is complete, and which the store will accept or refuse. Output of the same request may contain
   * the result already.
   */
  begin(dependencies: readonly string[]): CompleteFill
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
  /** Resolves when the fills have ended that are complete now, and that output with these dependencies may contain. */
  settle(dependencies: readonly string[]): Promise<void>
}

/** A fill from the completion of its result on. */
export interface CompleteFill {
  /** As `RefusedFills.limitToken`. Waits for the fills that were complete before this one. */
  limitToken(token: Token, startedAt: number): Promise<Token | undefined>
  /** The store has accepted the result. */
  end(): void
  /** @param token the moment from which its data may be. `undefined` when the store did not tell */
  refuse(token: Token | undefined): void
}

const MAX_FILLS = 1000
/** No render of Next takes longer. */
const MAX_AGE_MS = 600_000

export function createRefusedFills(now = () => performance.now()): RefusedFills {
  let fills: RefusedFill[] = []
  /** Fills that ended up to this moment may have been forgotten. */
  let forgottenUntil = -Infinity

  /** In the order of their completion. */
  const complete = new Set<{ readonly dependencies: readonly string[]; readonly ended: Promise<void> }>()

  function add(fill: RefusedFill) {
    const oldest = now() - MAX_AGE_MS
    fills = fills.filter(({ endedAt }) => endedAt >= oldest)
    fills.push(fill)
    if (fills.length <= MAX_FILLS) return
    forgottenUntil = Math.max(forgottenUntil, fills[0]?.endedAt ?? forgottenUntil)
    fills.shift()
  }

  function limitToken(token: Token, dependencies: readonly string[], startedAt: number) {
    if (fills.length === 0 && startedAt > forgottenUntil) return token
    const earliest = getEarliestToken(new Set(dependencies), startedAt)
    return earliest === 'unknown' ? undefined : minToken(earliest, token)
  }

  async function settle(dependencies: readonly string[]) {
    if (complete.size === 0) return
    const contained = new Set(dependencies)
    const relevant = [...complete].filter((fill) =>
      fill.dependencies.every((object) => contained.has(object)),
    )
    await Promise.all(relevant.map(({ ended }) => ended))
  }

  return {
    begin(dependencies) {
      // Only earlier ones, so that no two fills wait for each other.
      const settled = settle(dependencies)
      const { promise: ended, resolve } = createDeferred<void>()
      const fill = { dependencies, ended }
      complete.add(fill)
      const end = () => {
        complete.delete(fill)
        resolve()
      }
      return {
        async limitToken(token, startedAt) {
          await settled
          return limitToken(token, dependencies, startedAt)
        },
        end,
        refuse(token) {
          add({ dependencies, token, endedAt: now() })
          end()
        },
      }
    },
    getEarliestToken,
    limitToken,
    settle,
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
