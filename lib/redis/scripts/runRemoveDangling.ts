import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'
import { type IndexReference, REFERENCES_PER_CALL } from './runFindDangling.ts'

const removeDanglingScript = defineScript(lua.removeDangling)

/** About how many sets one call may touch, so that no script blocks the server. */
const SETS_PER_CALL = 500

/**
 * Removes references to caches that do not exist. The script checks again. A fill may have committed since the first check,
 * and no expiry would find its fragment.
 */
export async function runRemoveDangling(
  { redis, keys }: ScriptContext,
  references: readonly IndexReference[],
): Promise<void> {
  const args = [keys.reversePrefix, SETS_PER_CALL]
  for (let done = 0; done < references.length; ) {
    const some = references.slice(done, done + REFERENCES_PER_CALL)
    const redisKeys = [keys.due, ...some.flatMap(({ set, cache }) => [set, cache])]
    done += (await removeDanglingScript(redis, redisKeys, args)) as number
  }
}
