import { createTokenBucket } from '../core/tokenBucket.ts'
import { createRetryLoop, sleepUnref } from '../redis/connection/retryLoop.ts'
import type { WorkerContext } from './context.ts'
import { createRouteDeadLetter } from './pushDeadLetter.ts'
import { type RebuildOutcome, rebuildRoute } from './rebuildRoute.ts'
import { type Claim, runClaimRoutes } from './scripts/runClaimRoutes.ts'
import { runFinishRoute } from './scripts/runFinishRoute.ts'

/** Milliseconds between reads of the queue, to find routes that other processes have queued. */
const POLL_INTERVAL_MS = 250
/** Milliseconds before another attempt after Redis has failed. */
const RETRY_DELAY_MS = 1_250
/** The longest delay between two attempts, in milliseconds. */
const MAX_RETRY_DELAY_MS = 60_000
/** Rebuilds in a burst, and per second. A process of the site grants more, and treats the rest as readers' requests. */
const BURST = 150
const PER_SECOND = 80
/** Milliseconds before the rate limit is checked again. */
const RATE_LIMIT_POLL_MS = 25
/** Milliseconds beyond the timeout of a rebuild after which another worker may claim the route. */
const CLAIM_GRACE_MS = 5_000

export interface Rebuilder {
  readonly activeCount: number
  /** Reads the queue now, because routes may have been queued. */
  wake(): void
  follow(): Promise<void>
  /** Rebuilds until no route waits, including routes that failed and are tried again. */
  drain(): Promise<void>
  /** Resolves when the rebuilds in progress are done. */
  stop(): Promise<void>
}

/** Takes routes from the queue that all workers share, a limited number at a time, and has the site render them. */
export function createRebuilder(context: WorkerContext): Rebuilder {
  const { connection, keys, options, emit } = context
  const { concurrency, timeout, minInterval } = options
  const active = new Set<Promise<void>>()
  const tokenBucket = createTokenBucket(BURST, PER_SECOND)
  let working: Promise<void> | undefined
  let stopped = false
  const alarm = createAlarm()
  const loop = createRetryLoop({
    async step() {
      await alarm.sleep((await claimNext()) ?? POLL_INTERVAL_MS)
    },
    onFailure: reportFailure,
    wait: () => alarm.sleep(RETRY_DELAY_MS),
  })

  function reportFailure(error: unknown) {
    emit({ type: 'error', operation: 'rebuild', error })
  }

  /** @returns milliseconds until the next claim, at most {@link POLL_INTERVAL_MS}; undefined when no route waits */
  async function claimNext(): Promise<number | undefined> {
    alarm.reset()
    const free = concurrency - active.size
    if (free < 1) return POLL_INTERVAL_MS
    const limit = Math.min(free, tokenBucket.getAvailable(performance.now()))
    if (limit < 1) return RATE_LIMIT_POLL_MS
    const milliseconds = timeout + CLAIM_GRACE_MS
    const { claims, next } = await connection.runPastBreaker((redis) =>
      runClaimRoutes({ redis, keys }, { milliseconds, limit, minInterval }),
    )
    tokenBucket.take(claims.length)
    for (const claim of claims) {
      const rebuilding = rebuild(context, claim)
        .catch(reportFailure)
        .finally(() => {
          active.delete(rebuilding)
          alarm.wake()
        })
      active.add(rebuilding)
    }
    return next === undefined ? undefined : Math.min(next, POLL_INTERVAL_MS)
  }

  async function claimUntilDone() {
    while (!stopped) {
      let next: number | undefined
      try {
        next = await claimNext()
      } catch (error) {
        reportFailure(error)
        throw error
      }
      if (next === undefined && active.size === 0) return
      await alarm.sleep(next ?? POLL_INTERVAL_MS)
    }
  }

  return {
    get activeCount() {
      return active.size
    },
    wake: alarm.wake,
    follow() {
      working = loop.start()
      return working
    },
    drain() {
      working = claimUntilDone()
      return working
    },
    async stop() {
      stopped = true
      loop.stop()
      alarm.wake()
      await working?.catch(() => {})
      await Promise.all(active)
    },
  }
}

/** A sleep that can be cut short, also before it begins. */
function createAlarm() {
  let wasWoken = false
  let interrupt = () => {}
  return {
    /** Forgets earlier calls of `wake`. */
    reset() {
      wasWoken = false
    },
    wake() {
      wasWoken = true
      interrupt()
    },
    async sleep(milliseconds: number) {
      if (wasWoken) return
      const woken = new Promise<void>((resolve) => {
        interrupt = resolve
      })
      await Promise.race([sleepUnref(Math.max(milliseconds, 1)), woken])
    },
  }
}

async function rebuild({ connection, keys, options, emit }: WorkerContext, claim: Claim): Promise<void> {
  const { timeout, maxAttempts, minInterval, retryDelay, site, secret } = options
  const { route } = claim
  const startedAt = performance.now()
  const result = await rebuildRoute(route, { site, secret, signal: AbortSignal.timeout(timeout) })
  const durationMs = performance.now() - startedAt
  const reason = 'reason' in result ? result.reason : ''
  const { state, failures } = await connection.runPastBreaker((redis) =>
    runFinishRoute({ redis, keys }, claim, {
      outcome: toFinishOutcome(result),
      maxAttempts,
      minInterval,
      retryDelay,
      maxRetryDelay: MAX_RETRY_DELAY_MS,
      deadLetter: createRouteDeadLetter(route, reason),
    }),
  )
  const { outcome } = result
  if (outcome === 'done') {
    // A route with a lost claim is queued again.
    const requeued = state === 'requeued' || state === 'lost'
    emit({ type: 'rebuilt', route, status: result.status, requeued, durationMs })
  } else if (outcome === 'skipped') {
    emit({ type: 'rebuild-skipped', route, reason, durationMs })
  } else if (state === 'lost') {
    // The failure was not counted. The worker that has the route now reports the result.
    emit({
      type: 'rebuild-skipped',
      route,
      reason: `${reason}, and the claim of this worker has ended`,
      durationMs,
    })
  } else {
    emit({ type: 'rebuild-failed', route, reason, failures, exhausted: state === 'given-up', durationMs })
  }
}

function toFinishOutcome({ outcome }: RebuildOutcome): 'done' | 'failed' | 'unrecoverable' {
  return outcome === 'skipped' ? 'done' : outcome
}
