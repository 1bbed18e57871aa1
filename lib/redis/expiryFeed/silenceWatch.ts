export interface SilenceWatch {
  /** Starts to count silence, even if nothing was ever received. */
  start(): void
  stop(): void
}

export interface SilenceWatchOptions {
  readonly maxStalenessMs: number
  /** The moment of the latest sign of life, as `performance.now()` counts. */
  getLastHeardAt(): number
  onSilence(): void
}

/** The share of `maxStalenessMs` that must pass again before suspected silence counts. */
const GRACE = 0.05

/**
 * Calls back when nothing was received for `maxStalenessMs`, and again after each further `maxStalenessMs` of silence. Each
 * call is at most a tenth of `maxStalenessMs` late. The timer is set for the moment when the silence becomes too long. An
 * interval of `maxStalenessMs` could notice it one whole interval late.
 *
 * In a process that was busy, the timer fires before the process reads the messages that have arrived. So silence is at
 * first only suspected, and counts if nothing is received for a little longer.
 */
export function createSilenceWatch({
  maxStalenessMs,
  getLastHeardAt,
  onSilence,
}: SilenceWatchOptions): SilenceWatch {
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Silence counts from here, or from the latest sign of life if that is later. */
  let since = -Infinity
  let isSuspected = false

  function watch() {
    const now = performance.now()
    const left = Math.max(since, getLastHeardAt()) + maxStalenessMs - now
    if (left > 0) {
      isSuspected = false
      return wait(left)
    }
    isSuspected = !isSuspected
    if (isSuspected) return wait(GRACE * maxStalenessMs)
    since = now
    wait(maxStalenessMs)
    onSilence()
  }

  /** Rounded up, because a timer may fire up to a millisecond early. Does not keep the process alive. */
  function wait(milliseconds: number) {
    timer = setTimeout(watch, Math.ceil(milliseconds)).unref()
  }

  return {
    start() {
      since = performance.now()
      wait(maxStalenessMs)
    },
    stop: () => clearTimeout(timer),
  }
}
