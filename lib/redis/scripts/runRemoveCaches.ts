import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const removeCachesScript = defineScript(lua.removeCaches)

/** About how many sets one call may touch, so that no script blocks the server. */
const SETS_PER_CALL = 500

/** Removes caches and their references in the index. */
export async function runRemoveCaches(
  { redis, keys }: ScriptContext,
  redisKeys: readonly string[],
): Promise<void> {
  const args = [keys.reversePrefix, SETS_PER_CALL]
  for (let done = 0; done < redisKeys.length; ) {
    // The removal of a cache touches at least one set.
    const some = redisKeys.slice(done, done + SETS_PER_CALL)
    done += (await removeCachesScript(redis, [keys.due, ...some], args)) as number
  }
}
