import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const requeueRouteScript = defineScript(lua.requeueRoute)

/** Routes that may wait to be rebuilt: a site has no more pages that are worth it. */
export const MAX_QUEUED_ROUTES = 10_000

/**
 * Has a route rebuilt once more, for which a site could not store what it rendered: later each time.
 *
 * @param attempts in a row after which it is left to the next change
 */
export async function runRequeueRoute(
  { redis, keys }: ScriptContext,
  route: string,
  { retryDelay, maxAttempts }: { retryDelay: number; maxAttempts: number },
): Promise<void> {
  await requeueRouteScript(
    redis,
    [keys.rebuildQueue, keys.rebuildRequeues],
    [route, retryDelay, maxAttempts, MAX_QUEUED_ROUTES],
  )
}
