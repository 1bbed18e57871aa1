import type { Token } from '../../core/fragmentStore.ts'

export interface ClockTracker {
  /** Milliseconds to add to the age of a lookup for the time until the server executes it. */
  getMargin(): number
  /** Records how long a reply took. */
  recordLatency(milliseconds: number): void
  /** Records that the clock had reached `clock` at the moment `now` of this process. */
  observe(epoch: string, clock: number, now: number): void
  /** Creates the token for a reply to a lookup. `ageMs` is the reader's age. */
  createToken(reply: { epoch: string; clock: number; clockAtAge: number }, ageMs: number, times: Times): Token
  /** For a lost connection: the next server may lack the latest expiries, and give their clocks to other expiries. */
  reset(now: number): void
  /** Makes a token for use in this process. It becomes invalid when the connection is lost. */
  wrapToken(epoch: string, clock: number): Token
  /** Returns the token as Redis knows it, or undefined for a token from an earlier connection. */
  unwrapToken(token: Token): Token | undefined
}

/** When a lookup was sent and its reply received, and the margin that the lookup was given. */
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
  const wrapToken = (redisEpoch: string, clock: number): Token => ({
    epoch: `${redisEpoch} ${generation}`,
    clock,
  })

  return {
    getMargin: () => 5 + 2 * slowestReplyMs,
    recordLatency(milliseconds) {
      // Slow replies are forgotten slowly, but one of them must not make tokens old for ever.
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
      const [epoch = '', tokenGeneration] = wrappedEpoch.split(' ')
      const isCurrent = tokenGeneration === undefined || Number(tokenGeneration) === generation
      return isCurrent ? { epoch, clock } : undefined
    },
  }
}
