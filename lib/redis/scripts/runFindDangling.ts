import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const findDanglingScript = defineScript(lua.findDangling)
const removeDanglingScript = defineScript(lua.removeDangling)

/** About how many sets one call may touch, so that no script blocks the server. */
const SETS_PER_CALL = 500
/** The number of references that one call checks. */
const REFERENCES_PER_CALL = 250

/** A place in the index that refers to a cache. */
export interface IndexReference {
  /** An object's set that has the cache as a member, or the cache's own set of objects. */
  readonly set: string
  /** Full key of the cache. */
  readonly cache: string
}

/** Returns the references whose caches do not exist. */
export async function runFindDangling(
  { redis, keys }: ScriptContext,
  references: readonly IndexReference[],
): Promise<IndexReference[]> {
  const dangling: IndexReference[] = []
  for (let start = 0; start < references.length; start += REFERENCES_PER_CALL) {
    const some = references.slice(start, start + REFERENCES_PER_CALL)
    const names = some.flatMap(({ set, cache }) => [set, cache])
    const numbers = new Set((await findDanglingScript(redis, names, [keys.reversePrefix])) as number[])
    dangling.push(...some.filter((_, number) => numbers.has(number)))
  }
  return dangling
}

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
    const names = [keys.due, ...some.flatMap(({ set, cache }) => [set, cache])]
    done += (await removeDanglingScript(redis, names, args)) as number
  }
}
