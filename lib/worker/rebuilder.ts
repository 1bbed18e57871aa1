import { sleepUnref } from '../redis/connection/sleepUnref.ts'
import type { WorkerContext } from './context.ts'
import { createRouteDeadLetter } from './messageDeadLetter.ts'
import { type Claim, runClaimRoutes, runFinishRoute } from './rebuildQueue.ts'
import { type RebuildOutcome, rebuildRoute } from './rebuildRoute.ts'
import { createTokenBucket } from './tokenBucket.ts'

/** Milliseconds after which it looks for routes that others have noted. */
const POLL_INTERVAL_MS = 250
/** Milliseconds after Redis has failed. */
const RETRY_DELAY_MS = 1_000
/** Milliseconds, the longest between two attempts. */
const MAX_RETRY_DELAY_MS = 60_000
/** Rebuilds at once and a second: fewer than a process of a site grants, which serves the rest like a reader's. */
const BURST = 150
const PER_SECOND = 80
/** Milliseconds after which it looks whether it may go on. */
const RATE_LIMIT_POLL_MS = 25
/** Milliseconds beyond the time of a rebuild after which a route counts as abandoned. */
const CLAIM_GRACE_MS = 5_000

export interface Rebuilder {
  readonly activeCount: number
  /** There may be something to do. */
  wake(): void
  follow(): Promise<void>
  /** Rebuilds until nothing waits, failures included. */
  drain(): Promise<void>
  /** Lets what is under way come to its end. */
  stop(): Promise<void>
}

/** Takes routes from the list that all workers share, so many at a time, and has the site render them. */
export function createRebuilder({ connection, keys, options, emit }: WorkerContext): Rebuilder {
  const { concurrency, timeout, maxAttempts, minInterval, site, secret } = options
  const active = new Set<Promise<void>>()
  const tokenBucket = createTokenBucket(BURST, PER_SECOND, () => performance.now())
  const context = { keys }
  let running = false
  let following: Promise<void> | undefined
  let interrupt = () => {}
  let wasWoken = false

  function wake() {
    wasWoken = true
    interrupt()
  }

  async function follow(untilDone: boolean) {
    while (running) {
      wasWoken = false
      let next: number | undefined = POLL_INTERVAL_MS
      try {
        next = await claimAll()
      } catch (error) {
        emit({ type: 'error', operation: 'rebuild', error })
        if (untilDone) throw error
        await sleepUntilWoken(RETRY_DELAY_MS)
      }
      if (untilDone && next === undefined && active.size === 0) return
      await sleepUntilWoken(Math.min(next ?? POLL_INTERVAL_MS, POLL_INTERVAL_MS))
    }
  }

  async function sleepUntilWoken(duration: number) {
    if (wasWoken) return
    await Promise.race([
      sleepUnref(Math.max(duration, 1)),
      new Promise<void>((resolve) => {
        interrupt = resolve
      }),
    ])
  }

  /** @returns milliseconds until there is more to do, where that is known */
  async function claimAll(): Promise<number | undefined> {
    const free = concurrency - active.size
    if (free < 1) return POLL_INTERVAL_MS
    const most = Math.min(free, tokenBucket.available)
    if (most < 1) return RATE_LIMIT_POLL_MS
    const milliseconds = timeout + CLAIM_GRACE_MS
    const { claims, next } = await connection.runAlways((redis) =>
      runClaimRoutes({ redis, ...context }, { milliseconds, limit: most, minInterval }),
    )
    tokenBucket.take(claims.length)
    for (const claim of claims) {
      const rebuilding = rebuild(claim)
        .catch((error) => emit({ type: 'error', operation: 'rebuild', error }))
        .finally(() => {
          active.delete(rebuilding)
          wake()
        })
      active.add(rebuilding)
    }
    return next
  }

  async function rebuild(claim: Claim): Promise<void> {
    const { route } = claim
    const startedAt = performance.now()
    const signal = AbortSignal.timeout(timeout)
    const result = await rebuildRoute(route, { site, secret, signal })
    const ms = performance.now() - startedAt
    const reason = 'reason' in result ? result.reason : ''
    const finished = await connection.runAlways((redis) =>
      runFinishRoute({ redis, ...context }, claim, {
        outcome: toFinishOutcome(result),
        maxAttempts,
        minInterval,
        retryDelay: options.retryDelay,
        maxRetryDelay: MAX_RETRY_DELAY_MS,
        deadLetter: createRouteDeadLetter(route, reason),
      }),
    )
    const requeued = finished === 'requeued'
    if (result.outcome === 'done') emit({ type: 'rebuilt', route, status: result.status, requeued, ms })
    else if (result.outcome === 'skipped') emit({ type: 'rebuild-skipped', route, reason, ms })
    else {
      const exhausted = finished === 'exhausted'
      const failures = typeof finished === 'number' ? finished : maxAttempts
      emit({ type: 'rebuild-failed', route, reason, failures, exhausted, ms })
    }
  }

  return {
    get activeCount() {
      return active.size
    },
    wake,
    follow() {
      running = true
      following = follow(false)
      return following
    },
    drain() {
      running = true
      following = follow(true)
      return following
    },
    async stop() {
      running = false
      wake()
      await following?.catch(() => {})
      await Promise.all(active)
    },
  }
}

function toFinishOutcome({ outcome }: RebuildOutcome): 'done' | 'failed' | 'dropped' {
  return outcome === 'skipped' ? 'done' : outcome
}
