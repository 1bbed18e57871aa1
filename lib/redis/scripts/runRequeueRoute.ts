import * as lua from '../lua.gen.ts'
import { MAX_QUEUED_ROUTES } from '../protocol.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const requeueRouteScript = defineScript(lua.requeueRoute)

/**
 * Queues a route again, because the site could not store its fragments. Each delay is twice as long as the one before.
 *
 * @param backoff.retryDelay milliseconds before the first attempt
 * @param backoff.maxAttempts attempts in a row after which the route waits for the next change
 */
export async function runRequeueRoute(
  { redis, keys }: ScriptContext,
  route: string,
  backoff: { readonly retryDelay: number; readonly maxAttempts: number },
): Promise<void> {
  await requeueRouteScript(
    redis,
    [keys.rebuildQueue, keys.rebuildRequeues],
    [route, backoff.retryDelay, backoff.maxAttempts, MAX_QUEUED_ROUTES],
  )
}
