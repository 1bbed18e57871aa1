import { MAGIC } from '../core/entryHeader.ts'
import { defineScript } from './defineScript.ts'
import * as lua from './lua.gen.ts'
import { MAX_QUEUED_ROUTES, ROUTES_PER_CALL } from './protocol.gen.ts'
import type { ScriptContext } from './scripts.ts'

const enqueueRoutesScript = defineScript(lua.enqueueRoutes)
const markRoutesReadyScript = defineScript(lua.markRoutesReady)
const claimRoutesScript = defineScript(lua.claimRoutes)
const finishRouteScript = defineScript(lua.finishRoute)
const requeueRouteScript = defineScript(lua.requeueRoute)

type Context = Pick<ScriptContext, 'redis' | 'keys'>

/** Dead letters that are kept. */
const MAX_DEAD_LETTERS = 1_000

export interface FragmentRoute {
  /** Key of a fragment. */
  readonly fragment: string
  readonly route: string | undefined
}

export interface EnqueueRoutesReply {
  /** Where to go on, `'0'` when done. */
  readonly cursor: string
  /** Routes that are not noted, because too many wait. */
  readonly dropped: number
  readonly fragmentRoutes: readonly FragmentRoute[]
}

/**
 * Finds where an object is shown, and notes these routes for rebuilding: one batch.
 *
 * @param wait milliseconds until they are due; nothing is noted without it
 */
export async function runEnqueueRoutes(
  { redis, keys }: Context,
  object: string,
  batch: { cursor: string; size: number; wait: number | undefined },
): Promise<EnqueueRoutesReply> {
  const args = [batch.cursor, batch.size, keys.fragmentPrefix, batch.wait ?? -1, MAX_QUEUED_ROUTES, MAGIC]
  const reply = (await enqueueRoutesScript(redis, [keys.rebuildQueue, keys.object(object)], args)) as [
    Buffer,
    number,
    ...Buffer[],
  ]
  const [cursor, dropped, ...pairs] = reply
  const fragmentRoutes: FragmentRoute[] = []
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    fragmentRoutes.push({
      fragment: keys.parseFragmentKey(String(pairs[at])) ?? String(pairs[at]),
      route: String(pairs[at + 1]) || undefined,
    })
  }
  return { cursor: String(cursor), dropped, fragmentRoutes }
}

export interface Claim {
  readonly route: string
  /** Until when it is taken, by which Redis knows who has it. */
  readonly claimedUntil: string
}

/** @returns what is due, and the milliseconds until more is; nothing where nothing waits */
export async function runClaimRoutes(
  { redis, keys }: Context,
  { milliseconds, limit, minInterval }: { milliseconds: number; limit: number; minInterval: number },
): Promise<{ claims: readonly Claim[]; next: number | undefined }> {
  const reply = await claimRoutesScript(
    redis,
    [keys.rebuildQueue, keys.rebuildActive, keys.rebuildRecent],
    [milliseconds, limit, minInterval],
  )
  const [next, claimedUntil, ...routes] = reply as [number, Buffer, ...Buffer[]]
  return {
    claims: routes.map((route) => ({ route: String(route), claimedUntil: String(claimedUntil) })),
    next: next < 0 ? undefined : next,
  }
}

export interface Finish {
  readonly outcome: 'done' | 'failed' | 'dropped'
  readonly maxAttempts: number
  /** Milliseconds until the second attempt, and the longest until any. */
  readonly retryDelay: number
  readonly maxRetryDelay: number
  readonly deadLetter: string
  /** Milliseconds until the route may be rebuilt again. */
  readonly minInterval: number
}

/**
 * @returns failures in a row; `exhausted`; `requeued` where it is done but has come up once more meanwhile; or `lost` where
 * its time was up and somebody else has it
 */
export async function runFinishRoute(
  { redis, keys }: Context,
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

/**
 * Says that routes can be rebuilt, noted before or not.
 *
 * @param wait milliseconds until they are due
 */
export async function runMarkRoutesReady(
  { redis, keys }: Context,
  routes: readonly string[],
  wait: number,
): Promise<void> {
  for (let start = 0; start < routes.length; start += ROUTES_PER_CALL) {
    await markRoutesReadyScript(
      redis,
      [keys.rebuildQueue],
      [wait, ...routes.slice(start, start + ROUTES_PER_CALL)],
    )
  }
}

/**
 * Has a route rebuilt once more, for which a site could not store what it rendered: later each time.
 *
 * @param attempts in a row after which it is left to the next change
 */
export async function runRequeueRoute(
  { redis, keys }: Context,
  route: string,
  { retryDelay, maxAttempts }: { retryDelay: number; maxAttempts: number },
): Promise<void> {
  await requeueRouteScript(
    redis,
    [keys.rebuildQueue, keys.rebuildRequeues],
    [route, retryDelay, maxAttempts, MAX_QUEUED_ROUTES],
  )
}

export async function pushDeadLetter({ redis, keys }: Context, deadLetter: string): Promise<void> {
  await redis
    .multi()
    .lpush(keys.deadLetters, deadLetter)
    .ltrim(keys.deadLetters, 0, MAX_DEAD_LETTERS - 1)
    .exec()
}
