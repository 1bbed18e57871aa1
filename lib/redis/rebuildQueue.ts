import { MAGIC } from '../core/entryHeader.ts'
import * as lua from './lua.gen.ts'
import { defineScript } from './script.ts'
import type { ScriptContext } from './scripts.ts'

const routesScript = defineScript(lua.routes)
const readyScript = defineScript(lua.ready)
const claimScript = defineScript(lua.claim)
const finishScript = defineScript(lua.finish)
const againScript = defineScript(lua.again)

type Context = Pick<ScriptContext, 'redis' | 'keys'>

/** Routes that may wait to be rebuilt: a site has no more pages that are worth it. */
export const MOST_ROUTES = 10_000
/** Dead letters that are kept. */
const MOST_DEAD = 1_000

export interface ShownIn {
  /** Key of a fragment. */
  readonly fragment: string
  readonly route: string | undefined
}

export interface RoutesReply {
  /** Where to go on, `'0'` when done. */
  readonly cursor: string
  /** Routes that are not noted, because too many wait. */
  readonly dropped: number
  readonly found: readonly ShownIn[]
}

/**
 * Finds where an object is shown, and notes these routes for rebuilding: one batch.
 *
 * @param wait milliseconds until they are due; nothing is noted without it
 */
export async function runRoutes(
  { redis, keys }: Context,
  object: string,
  batch: { cursor: string; size: number; wait: number | undefined },
): Promise<RoutesReply> {
  const args = [batch.cursor, batch.size, keys.fragmentPrefix, batch.wait ?? -1, MOST_ROUTES, MAGIC]
  const reply = (await routesScript(redis, [keys.rebuild, keys.object(object)], args)) as [
    Buffer,
    number,
    ...Buffer[],
  ]
  const [cursor, dropped, ...pairs] = reply
  const found: ShownIn[] = []
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    found.push({
      fragment: keys.fragmentIn(String(pairs[at])) ?? String(pairs[at]),
      route: String(pairs[at + 1]) || undefined,
    })
  }
  return { cursor: String(cursor), dropped, found }
}

export interface Claim {
  readonly route: string
  /** Until when it is taken, by which Redis knows who has it. */
  readonly taken: string
}

/** @returns what is due, and the milliseconds until more is; nothing where nothing waits */
export async function runClaim(
  { redis, keys }: Context,
  { milliseconds, most, interval }: { milliseconds: number; most: number; interval: number },
): Promise<{ claims: readonly Claim[]; next: number | undefined }> {
  const reply = await claimScript(
    redis,
    [keys.rebuild, keys.rebuilding, keys.rebuilt],
    [milliseconds, most, interval],
  )
  const [next, taken, ...routes] = reply as [number, Buffer, ...Buffer[]]
  return {
    claims: routes.map((route) => ({ route: String(route), taken: String(taken) })),
    next: next < 0 ? undefined : next,
  }
}

export interface Finish {
  readonly outcome: 'done' | 'failed' | 'dropped'
  readonly attempts: number
  /** Milliseconds until the second attempt, and the longest until any. */
  readonly pause: number
  readonly longestPause: number
  readonly deadLetter: string
  /** Milliseconds until the route may be rebuilt again. */
  readonly interval: number
}

/**
 * @returns failures in a row; `given up`; `again` where it is done but has come up once more meanwhile; or `lost` where
 * its time was up and somebody else has it
 */
export async function runFinish(
  { redis, keys }: Context,
  { route, taken }: Claim,
  { outcome, attempts, pause, longestPause, deadLetter, interval }: Finish,
): Promise<number | 'given up' | 'again' | 'lost'> {
  const names = [keys.rebuild, keys.rebuilding, keys.failures, keys.dead, keys.rebuilt, keys.again]
  const args = [route, taken, outcome, attempts, pause, longestPause, deadLetter, MOST_DEAD, interval]
  const reply = (await finishScript(redis, names, args)) as number
  switch (reply) {
    case -1:
      return 'given up'
    case -2:
      return 'lost'
    case -3:
      return 'again'
    default:
      return reply
  }
}

/** Routes that one script touches. */
const AT_ONCE = 1_000

/**
 * Says that routes can be rebuilt, noted before or not.
 *
 * @param wait milliseconds until they are due
 */
export async function runReady(
  { redis, keys }: Context,
  routes: readonly string[],
  wait: number,
): Promise<void> {
  for (let start = 0; start < routes.length; start += AT_ONCE) {
    await readyScript(redis, [keys.rebuild], [wait, ...routes.slice(start, start + AT_ONCE)])
  }
}

/**
 * Has a route rebuilt once more, for which a site could not store what it rendered: later each time.
 *
 * @param attempts in a row after which it is left to the next change
 */
export async function runAgain(
  { redis, keys }: Context,
  route: string,
  { pause, attempts }: { pause: number; attempts: number },
): Promise<void> {
  await againScript(redis, [keys.rebuild, keys.again], [route, pause, attempts, MOST_ROUTES])
}

export async function bury({ redis, keys }: Context, deadLetter: string): Promise<void> {
  await redis
    .multi()
    .lpush(keys.dead, deadLetter)
    .ltrim(keys.dead, 0, MOST_DEAD - 1)
    .exec()
}
