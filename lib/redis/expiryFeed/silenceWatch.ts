export interface SilenceWatch {
  /** Begins to watch. Silence counts from now, even if nothing was ever heard. */
  start(): void
  stop(): void
}

export interface SilenceWatchOptions {
  /** Milliseconds. */
  readonly maxSilenceMs: number
  /** The moment as of which the other side was heard last, on the clock of `performance.now()`. */
  getLastHeardAt(): number
  onSilence(): void
}

/** Part of the bound for which a suspicion is kept before it counts. */
const GRACE = 0.05

/**
 * Calls back when nothing was received for `maxSilenceMs` milliseconds, and again each time that they pass until something is
 * heard; in each case at most a tenth of `maxSilenceMs` late. The timer is set for the moment at which silence would be too
 * long, because one that merely runs every `maxSilenceMs` milliseconds would notice it up to another `maxSilenceMs` later.
 *
 * A process that was busy finds its timer due before it reads what has arrived in the meantime. So silence is first
 * suspected, and counts if nothing is heard for a little longer.
 */
export function createSilenceWatch({
  maxSilenceMs,
  getLastHeardAt,
  onSilence,
}: SilenceWatchOptions): SilenceWatch {
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Silence is counted from here, or from the moment last heard if that is later. */
  let since = -Infinity
  let isSuspected = false

  function watch() {
    const now = performance.now()
    const left = Math.max(since, getLastHeardAt()) + maxSilenceMs - now
    if (left > 0) {
      isSuspected = false
      return wait(left)
    }
    isSuspected = !isSuspected
    if (isSuspected) return wait(GRACE * maxSilenceMs)
    since = now
    wait(maxSilenceMs)
    onSilence()
  }

  /** Rounded up, because a timer may fire within the millisecond before. Does not keep the process. */
  function wait(milliseconds: number) {
    timer = setTimeout(watch, Math.ceil(milliseconds)).unref()
  }

  return {
    start() {
      since = performance.now()
      wait(maxSilenceMs)
    },
    stop: () => clearTimeout(timer),
  }
}
