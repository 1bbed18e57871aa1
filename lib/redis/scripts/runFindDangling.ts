import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const findDanglingScript = defineScript(lua.findDangling)

/** The number of references that one call checks. */
export const REFERENCES_PER_CALL = 250

/** A place in the index that refers to a cache. */
export interface IndexReference {
  /** An object's set that has the cache as a member, or the cache's own set of objects. */
  readonly set: string
  /** Redis key of the cache. */
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
    const redisKeys = some.flatMap(({ set, cache }) => [set, cache])
    const numbers = new Set((await findDanglingScript(redis, redisKeys, [keys.reversePrefix])) as number[])
    dangling.push(...some.filter((_, number) => numbers.has(number)))
  }
  return dangling
}
