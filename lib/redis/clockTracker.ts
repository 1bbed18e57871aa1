import type { Token } from '../core/fragmentStore.ts'

export interface ClockTracker {
  /** Milliseconds to add to the age of a lookup for the time until the server executes it. */
  getMargin(): number
  /** How long a reply took. */
  recordLatency(milliseconds: number): void
  /** The clock was at least this at `now` (local). */
  observe(epoch: string, clock: number, now: number): void
  /** The reply to a lookup that was sent at `sentAt` and received at `receivedAt`, with the given margin. */
  createToken(reply: { epoch: string; clock: number; clockAtAge: number }, ageMs: number, times: Times): Token
  /** After a lost connection: the next server may have lost the latest expiries, and count them again. */
  reset(now: number): void
  /** For use in this process: one epoch counts as another after each lost connection. */
  wrapToken(epoch: string, clock: number): Token
  /** As Redis knows it. Nothing for a token from before the connection was lost. */
  unwrapToken(token: Token): Token | undefined
}

export interface Times {
  readonly sentAt: number
  readonly receivedAt: number
  readonly margin: number
}

const MAX_SAMPLES = 512

/**
 * Finds the youngest token that is certainly older than the reader's data. There are two lower bounds of the clock at the
 * moment when the reader began: the server's clock some time before it executed the lookup, and the latest clock that
 * this process had seen by then. The higher one counts.
 */
export function createClockTracker(): ClockTracker {
  let epoch = ''
  /** Ascending in both fields. `at` is the first moment at which the clock was known. */
  let samples: { clock: number; at: number }[] = []
  let slowestReplyMs = 0
  /** Counts the connections that were lost. */
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
      // No epoch has begun yet, as far as the sender knows.
      if (seenEpoch === '') return
      if (seenEpoch !== epoch) {
        epoch = seenEpoch
        samples = []
      }
      const last = samples.at(-1)
      // Replies may arrive out of order.
      if (last && clock <= last.clock) return
      samples.push({ clock, at: now })
      if (samples.length > MAX_SAMPLES) samples = samples.slice(-MAX_SAMPLES / 2)
    },
    createToken({ epoch: replyEpoch, clock, clockAtAge }, ageMs, { sentAt, receivedAt, margin }) {
      const readStartedAt = sentAt - ageMs
      // The read may have begun on another connection, to a server whose time differs.
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
      // A clock ahead of the server's comes from another history.
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
