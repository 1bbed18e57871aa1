import * as lua from '../../redis/lua.gen.ts'
import { defineScript, type ScriptContext } from '../../redis/scripts/defineScript.ts'
import { MAX_DEAD_LETTERS } from '../pushDeadLetter.ts'
import type { Claim } from './runClaimRoutes.ts'

const finishRouteScript = defineScript(lua.finishRoute)

export interface Finish {
  readonly outcome: 'done' | 'failed' | 'unrecoverable'
  readonly maxAttempts: number
  /** Milliseconds before the second attempt. */
  readonly retryDelay: number
  /** The longest delay before any attempt, in milliseconds. */
  readonly maxRetryDelay: number
  readonly deadLetter: string
  /** Milliseconds until the route may be rebuilt again. */
  readonly minInterval: number
}

export interface FinishReply {
  /**
   * The state of the route after the rebuild.
   *
   * - `done`
   * - `requeued`: done, but queued again during the rebuild
   * - `failed`: another attempt follows
   * - `given-up`: in the list of dead letters
   * - `lost`: nothing was recorded, because the claim has ended. The route is queued again, or another worker has it
   */
  readonly state: 'done' | 'requeued' | 'failed' | 'given-up' | 'lost'
  /** Failures in a row, this one included; 0 in the other states. */
  readonly failures: number
}

/** Records the outcome of a rebuild. */
export async function runFinishRoute(
  { redis, keys }: ScriptContext,
  { route, claimedUntil }: Claim,
  { outcome, maxAttempts, retryDelay, maxRetryDelay, deadLetter, minInterval }: Finish,
): Promise<FinishReply> {
  const redisKeys = [
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
  const [state, failures] = (await finishRouteScript(redis, redisKeys, args)) as [Buffer, number]
  return { state: String(state) as FinishReply['state'], failures }
}
