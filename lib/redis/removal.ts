import * as lua from './lua.gen.ts'
import { defineScript } from './script.ts'
import type { ScriptContext } from './scripts.ts'

const removeScript = defineScript(lua.remove)
const deadScript = defineScript(lua.dead)
const buryScript = defineScript(lua.bury)

/** About how many sets one script touches: bounds how long it holds the server up. */
const SETS_PER_CALL = 500
/** Mentions that one script looks at. */
const MENTIONS_PER_CALL = 250

type IndexContext = Pick<ScriptContext, 'redis' | 'keys'>

/** Where the index speaks of a cache. */
export interface Mention {
  /** An object's set that has the cache as a member, or the cache's own set of objects. */
  readonly set: string
  /** Full name of the cache. */
  readonly cache: string
}

/**
 * Removes caches, and takes them out of the index.
 *
 * @param names full names
 */
export async function runRemove({ redis, keys }: IndexContext, names: readonly string[]): Promise<void> {
  const args = [keys.reversePrefix, SETS_PER_CALL]
  for (let done = 0; done < names.length; ) {
    // Each is a member touched at least.
    const some = names.slice(done, done + SETS_PER_CALL)
    done += (await removeScript(redis, [keys.due, ...some], args)) as number
  }
}

/** Those of the mentions whose caches do not exist. */
export async function runDead(
  { redis, keys }: IndexContext,
  mentions: readonly Mention[],
): Promise<Mention[]> {
  const dead: Mention[] = []
  for (let start = 0; start < mentions.length; start += MENTIONS_PER_CALL) {
    const some = mentions.slice(start, start + MENTIONS_PER_CALL)
    const names = some.flatMap(({ set, cache }) => [set, cache])
    const numbers = new Set((await deadScript(redis, names, [keys.reversePrefix])) as number[])
    dead.push(...some.filter((_, number) => numbers.has(number)))
  }
  return dead
}

/**
 * Takes caches out of the index that do not exist. Looks once more: a fill may have committed meanwhile, and would
 * be a fragment that no expiry finds.
 */
export async function runBury({ redis, keys }: IndexContext, mentions: readonly Mention[]): Promise<void> {
  const args = [keys.reversePrefix, SETS_PER_CALL]
  for (let done = 0; done < mentions.length; ) {
    const some = mentions.slice(done, done + MENTIONS_PER_CALL)
    const names = [keys.due, ...some.flatMap(({ set, cache }) => [set, cache])]
    done += (await buryScript(redis, names, args)) as number
  }
}
