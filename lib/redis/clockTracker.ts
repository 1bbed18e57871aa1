import type { Token } from '../core/fragmentStore.ts'

export interface ClockTracker {
  /** Milliseconds to add to the age of a lookup, for the time until the server executes it. */
  getMargin(): number
  /** How long a reply took. */
  recordLatency(milliseconds: number): void
  /** The clock was at least this at `now` (local). */
  observe(epoch: string, clock: number, now: number): void
  /** The reply to a lookup that was sent at `sentAt` and received at `receivedAt`, with the given margin. */
  createToken(reply: { epoch: string; clock: number; clockAtAge: number }, age: number, times: Times): Token
  /** The line was cut. Behind it may now be a server that lost the latest expiries, and counts them anew. */
  reset(now: number): void
  /** For use in this process: before and after a cut the same epoch counts as two. */
  wrapToken(epoch: string, clock: number): Token
  /** As Redis knows it; nothing for a token from before the line was cut. */
  unwrapToken(token: Token): Token | undefined
}

export interface Times {
  readonly sentAt: number
  readonly receivedAt: number
  readonly margin: number
}

const MAX_SAMPLES = 512

/**
 * Finds the youngest token that is certainly older than the reader's data. The server says how its clock
 * stood some time before it executed the lookup, and this process remembers what it has been told when; each
 * is a lower bound of the clock at the moment the reader began, so the higher one counts.
 */
export function createClockTracker(): ClockTracker {
  let epoch = ''
  /** Ascending in both; the moment is the first at which the clock was known. */
  let samples: { clock: number; at: number }[] = []
  let slowestReplyMs = 0
  /** Counts the lines we have had. */
  let generation = 0
  let disconnectedAt = -Infinity

  // An epoch is a UUID, and has no space.
  const wrapToken = (of: string, clock: number): Token => ({ epoch: `${of} ${generation}`, clock })

  return {
    getMargin: () => 5 + 2 * slowestReplyMs,
    recordLatency(milliseconds) {
      // Forget slow replies slowly: one hiccup must not make tokens old for ever.
      slowestReplyMs = Math.max(milliseconds, slowestReplyMs * 0.95)
    },
    observe(seenEpoch, clock, now) {
      // Nobody has begun one, or whoever tells has not heard of it yet.
      if (seenEpoch === '') return
      if (seenEpoch !== epoch) {
        epoch = seenEpoch
        samples = []
      }
      const last = samples.at(-1)
      // Replies may come out of order; an older one tells nothing new.
      if (last && clock <= last.clock) return
      samples.push({ clock, at: now })
      if (samples.length > MAX_SAMPLES) samples = samples.slice(-MAX_SAMPLES / 2)
    },
    createToken({ epoch: replyEpoch, clock, clockAtAge }, age, { sentAt, receivedAt, margin }) {
      const readStartedAt = sentAt - age
      // Across a cut, what is asked might be of two servers, whose times differ.
      let best = receivedAt - sentAt <= margin && readStartedAt >= disconnectedAt ? clockAtAge : 0
      if (replyEpoch === epoch) {
        for (let index = samples.length - 1; index >= 0; index--) {
          const sample = samples[index]
          if (sample && sample.at <= readStartedAt) {
            best = Math.max(best, sample.clock)
            break
          }
        }
      }
      // Who told more than the server knows told of another history.
      return wrapToken(replyEpoch, best > clock ? 0 : best)
    },
    reset(now) {
      samples = []
      generation++
      disconnectedAt = now
    },
    wrapToken,
    unwrapToken({ epoch: wrappedEpoch, clock }) {
      const [epoch = '', of] = wrappedEpoch.split(' ')
      return of === undefined || Number(of) === generation ? { epoch, clock } : undefined
    },
  }
}
