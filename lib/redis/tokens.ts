import type { Token } from '../core/store.ts'

export interface Tokens {
  /** Milliseconds to add to the age of a lookup, for the time until the server executes it. */
  margin(): number
  /** How long a reply took. */
  took(milliseconds: number): void
  /** The clock was at least this at `now` (local). */
  observe(epoch: string, clock: number, now: number): void
  /** The reply to a lookup that was sent at `sent` and came at `now`, with the given margin. */
  tokenFor(reply: { epoch: string; clock: number; asked: number }, age: number, times: Times): Token
  /** The line was cut. Behind it may now be a server that lost the latest expiries, and counts them anew. */
  forget(now: number): void
  /** For use in this process: before and after a cut the same epoch counts as two. */
  issue(epoch: string, clock: number): Token
  /** As Redis knows it; nothing for a token from before the line was cut. */
  opened(token: Token): Token | undefined
}

export interface Times {
  readonly sent: number
  readonly came: number
  readonly margin: number
}

const KEPT = 512

/**
 * Finds the youngest token that is certainly older than the reader's data. The server says how its clock
 * stood some time before it executed the lookup, and this process remembers what it has been told when; each
 * is a lower bound of the clock at the moment the reader began, so the higher one counts.
 */
export function createTokens(): Tokens {
  let epoch = ''
  /** Ascending in both; the moment is the first at which the clock was known. */
  let known: { clock: number; at: number }[] = []
  let slowest = 0
  /** Counts the lines we have had. */
  let line = 0
  let cutAt = -Infinity

  // An epoch is a UUID, and has no space.
  const issue = (of: string, clock: number): Token => ({ epoch: `${of} ${line}`, clock })

  return {
    margin: () => 5 + 2 * slowest,
    took(milliseconds) {
      // Forget slow replies slowly: one hiccup must not make tokens old for ever.
      slowest = Math.max(milliseconds, slowest * 0.95)
    },
    observe(seenEpoch, clock, now) {
      // Nobody has begun one, or whoever tells has not heard of it yet.
      if (seenEpoch === '') return
      if (seenEpoch !== epoch) {
        epoch = seenEpoch
        known = []
      }
      const last = known.at(-1)
      // Replies may come out of order; an older one tells nothing new.
      if (last && clock <= last.clock) return
      known.push({ clock, at: now })
      if (known.length > KEPT) known = known.slice(-KEPT / 2)
    },
    tokenFor({ epoch: replied, clock, asked }, age, { sent, came, margin }) {
      const began = sent - age
      // Across a cut, what is asked might be of two servers, whose times differ.
      let best = came - sent <= margin && began >= cutAt ? asked : 0
      if (replied === epoch) {
        for (let index = known.length - 1; index >= 0; index--) {
          const moment = known[index]
          if (moment && moment.at <= began) {
            best = Math.max(best, moment.clock)
            break
          }
        }
      }
      // Who told more than the server knows told of another history.
      return issue(replied, best > clock ? 0 : best)
    },
    forget(now) {
      known = []
      line++
      cutAt = now
    },
    issue,
    opened({ epoch: issued, clock }) {
      const [epoch = '', of] = issued.split(' ')
      return of === undefined || Number(of) === line ? { epoch, clock } : undefined
    },
  }
}
