import { MAGIC } from '../core/entryHeader.ts'
import * as lua from '../redis/lua.gen.ts'
import { defineScript, type ScriptContext } from '../redis/scripts/defineScript.ts'
import { MAX_QUEUED_ROUTES } from '../redis/scripts/runRequeueRoute.ts'

const enqueueRoutesScript = defineScript(lua.enqueueRoutes)
const markRoutesReadyScript = defineScript(lua.markRoutesReady)
const claimRoutesScript = defineScript(lua.claimRoutes)
const finishRouteScript = defineScript(lua.finishRoute)

/** Dead letters that are kept, the latest. */
const MAX_DEAD_LETTERS = 1_000

export interface FragmentRoute {
  /** Key of a fragment. */
  readonly fragment: string
  readonly route: string | undefined
}

export interface EnqueueRoutesReply {
  /** Cursor of the next batch, `'0'` when done. */
  readonly cursor: string
  /** Routes that were not queued, because too many wait. */
  readonly dropped: number
  readonly fragmentRoutes: readonly FragmentRoute[]
}

/**
 * Finds the fragments that depend on an object, and queues their routes: one batch.
 *
 * @param batch.wait milliseconds until the routes are due; without it no route is queued
 */
export async function runEnqueueRoutes(
  { redis, keys }: ScriptContext,
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
  /** When the claim ends. Also identifies the claim. */
  readonly claimedUntil: string
}

/** @returns the routes that are due, and the milliseconds until the next is; `next` is undefined when no route waits */
export async function runClaimRoutes(
  { redis, keys }: ScriptContext,
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
  /** Milliseconds before the second attempt. */
  readonly retryDelay: number
  /** The longest delay before any attempt, in milliseconds. */
  readonly maxRetryDelay: number
  readonly deadLetter: string
  /** Milliseconds until the route may be rebuilt again. */
  readonly minInterval: number
}

/**
 * @returns the number of failures in a row; `exhausted` after the last attempt; `requeued` when the route is done but was
 * queued again during the rebuild; `lost` when the claim has ended and another worker has the route
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

/** Routes that one call touches. */
const ROUTES_PER_CALL = 1_000

/**
 * Makes routes due, whether they were queued before or not.
 *
 * @param wait milliseconds until they are due
 */
export async function runMarkRoutesReady(
  { redis, keys }: ScriptContext,
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

export async function pushDeadLetter({ redis, keys }: ScriptContext, deadLetter: string): Promise<void> {
  await redis
    .multi()
    .lpush(keys.deadLetters, deadLetter)
    .ltrim(keys.deadLetters, 0, MAX_DEAD_LETTERS - 1)
    .exec()
}
