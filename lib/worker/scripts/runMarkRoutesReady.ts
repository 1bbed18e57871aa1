import * as lua from '../../redis/lua.gen.ts'
import { ROUTES_PER_CALL } from '../../redis/protocol.gen.ts'
import { defineScript, type ScriptContext } from '../../redis/scripts/defineScript.ts'

const markRoutesReadyScript = defineScript(lua.markRoutesReady)

/**
 * Makes routes due, whether they were queued before or not.
 *
 * @param dueAfterMs milliseconds until they are due. A route that is due sooner stays so
 */
export async function runMarkRoutesReady(
  { redis, keys }: ScriptContext,
  routes: readonly string[],
  dueAfterMs: number,
): Promise<void> {
  for (let start = 0; start < routes.length; start += ROUTES_PER_CALL) {
    await markRoutesReadyScript(
      redis,
      [keys.rebuildQueue],
      [dueAfterMs, ...routes.slice(start, start + ROUTES_PER_CALL)],
    )
  }
}
