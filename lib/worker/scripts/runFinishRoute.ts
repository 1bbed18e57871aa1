import * as lua from '../../redis/lua.gen.ts'
import { defineScript, type ScriptContext } from '../../redis/scripts/defineScript.ts'
import { MAX_DEAD_LETTERS } from '../pushDeadLetter.ts'
import type { Claim } from './runClaimRoutes.ts'

const finishRouteScript = defineScript(lua.finishRoute)

export interface Finish {
  readonly outcome: 'done' | 'failed' | 'dropped'
  readonly maxAttempts: number
  /** Milliseconds before the second attempt. */
  readonly retryDelay: number
  /** The longest delay before any attempt, in milliseconds. */
  readonly maxRetryDelay: number
  readonly deadLetter: string
  /** Milliseconds until the route may be rebuilt again. */
  readonly minInterval: number
}

/**
 * Records the outcome of a rebuild.
 *
 * @returns the number of consecutive failures, or one of these words: `exhausted` after the last attempt. `requeued` if the
 * route is done, but was queued again during the rebuild. `lost` if the claim has ended and another worker has the route
 */
export async function runFinishRoute(
  { redis, keys }: ScriptContext,
  { route, claimedUntil }: Claim,
  { outcome, maxAttempts, retryDelay, maxRetryDelay, deadLetter, minInterval }: Finish,
): Promise<number | 'exhausted' | 'requeued' | 'lost'> {
  const names = [
    keys.rebuildQueue,
    keys.rebuildActive,
    keys.rebuildFailures,
    keys.deadLetters,
    keys.rebuildRecent,
    keys.rebuildRequeues,
  ]
  const args = [
    route,
    claimedUntil,
    outcome,
    maxAttempts,
    retryDelay,
    maxRetryDelay,
    deadLetter,
    MAX_DEAD_LETTERS,
    minInterval,
  ]
  const reply = (await finishRouteScript(redis, names, args)) as number
  switch (reply) {
    case -1:
      return 'exhausted'
    case -2:
      return 'lost'
    case -3:
      return 'requeued'
    default:
      return reply
  }
}
