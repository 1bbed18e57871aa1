import { pause } from '../redis/pause.ts'
import { type Claim, runClaim, runFinish } from '../redis/rebuildQueue.ts'
import type { WorkerContext } from './context.ts'
import { deadRoute } from './deadLetters.ts'
import { createPace } from './pace.ts'
import { type RebuildOutcome, rebuildRoute } from './rebuildRoute.ts'

/** Milliseconds after which it looks for routes that others have noted. */
const LOOK_EVERY = 250
/** Milliseconds after Redis has failed. */
const PAUSE = 1_000
/** Milliseconds, the longest between two attempts. */
const LONGEST_PAUSE = 60_000
/** Rebuilds at once and a second: fewer than a process of a site grants, which serves the rest like a reader's. */
const AT_ONCE = 150
const PER_SECOND = 80
/** Milliseconds after which it looks whether it may go on. */
const BREATH = 25
/** Milliseconds beyond the time of a rebuild after which a route counts as abandoned. */
const GRACE = 5_000

export interface Rebuilder {
  readonly underWay: number
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
  const { concurrency, timeout, attempts, interval, site, secret } = options
  const underWay = new Set<Promise<void>>()
  const pace = createPace(AT_ONCE, PER_SECOND, () => performance.now())
  const context = { keys }
  let running = false
  let following: Promise<void> | undefined
  let interrupt = () => {}
  let woken = false

  function wake() {
    woken = true
    interrupt()
  }

  async function follow(untilDone: boolean) {
    while (running) {
      woken = false
      let next: number | undefined = LOOK_EVERY
      try {
        next = await claimAll()
      } catch (error) {
        emit({ type: 'error', operation: 'rebuild', error })
        if (untilDone) throw error
        await rest(PAUSE)
      }
      if (untilDone && next === undefined && underWay.size === 0) return
      await rest(Math.min(next ?? LOOK_EVERY, LOOK_EVERY))
    }
  }

  async function rest(milliseconds: number) {
    if (woken) return
    await Promise.race([
      pause(Math.max(milliseconds, 1)),
      new Promise<void>((resolve) => {
        interrupt = resolve
      }),
    ])
  }

  /** @returns milliseconds until there is more to do, where that is known */
  async function claimAll(): Promise<number | undefined> {
    const free = concurrency - underWay.size
    if (free < 1) return LOOK_EVERY
    const most = Math.min(free, pace.left)
    if (most < 1) return BREATH
    const milliseconds = timeout + GRACE
    const { claims, next } = await connection.forExpiring((redis) =>
      runClaim({ redis, ...context }, { milliseconds, most, interval }),
    )
    pace.spend(claims.length)
    for (const claim of claims) {
      const rebuilding = rebuild(claim)
        .catch((error) => emit({ type: 'error', operation: 'rebuild', error }))
        .finally(() => {
          underWay.delete(rebuilding)
          wake()
        })
      underWay.add(rebuilding)
    }
    return next
  }

  async function rebuild(claim: Claim): Promise<void> {
    const { route } = claim
    const began = performance.now()
    const signal = AbortSignal.timeout(timeout)
    const result = await rebuildRoute(route, { site, secret, signal })
    const ms = performance.now() - began
    const reason = 'reason' in result ? result.reason : ''
    const finished = await connection.forExpiring((redis) =>
      runFinish({ redis, ...context }, claim, {
        outcome: finishOf(result),
        attempts,
        interval,
        pause: options.pause,
        longestPause: LONGEST_PAUSE,
        deadLetter: deadRoute(route, reason),
      }),
    )
    const again = finished === 'again'
    if (result.outcome === 'done') emit({ type: 'rebuilt', route, status: result.status, again, ms })
    else if (result.outcome === 'skipped') emit({ type: 'rebuild-skipped', route, reason, ms })
    else {
      const givenUp = finished === 'given up'
      const failures = typeof finished === 'number' ? finished : attempts
      emit({ type: 'rebuild-failed', route, reason, failures, givenUp, ms })
    }
  }

  return {
    get underWay() {
      return underWay.size
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
      await Promise.all(underWay)
    },
  }
}

function finishOf({ outcome }: RebuildOutcome): 'done' | 'failed' | 'dropped' {
  return outcome === 'skipped' ? 'done' : outcome
}
