import { defineScript } from '../../redis/script.ts'
import type { Ward } from './ward.ts'

/** Where the index speaks of a cache. */
export interface Mention {
  /** An object's set that has the cache as a member, or the cache's own set of objects. */
  readonly set: string
  /** Full name of the cache. */
  readonly cache: string
}

/**
 * Looks and repairs in one script, for a fill may commit between two commands: a member taken out then would
 * be a fragment that no expiry finds.
 */
const deadScript = defineScript(`
-- Finds mentions of caches that do not exist, and takes these caches out of the index.
--
-- KEYS[1] due   KEYS[2...] pairs: set, full name of the cache
-- ARGV[1] prefix of reverse sets   ARGV[2] 'look' or 'fix'
--
-- Returns the numbers, from 0, of the pairs that mention what does not exist

local dead = {}
for index = 2, #KEYS, 2 do
  local set, cache = KEYS[index], KEYS[index + 1]
  local mentioned
  if set == ARGV[1] .. cache then
    mentioned = redis.call('EXISTS', set)
  else
    mentioned = redis.pcall('SISMEMBER', set, cache)
  end
  if mentioned == 1 and redis.call('EXISTS', cache) == 0 then dead[#dead + 1] = (index - 2) / 2 end
end
if ARGV[2] == 'fix' then
  for _, number in ipairs(dead) do
    local set, cache = KEYS[2 + 2 * number], KEYS[3 + 2 * number]
    local reverse = ARGV[1] .. cache
    if set ~= reverse then redis.call('SREM', set, cache) end
    local objects = redis.pcall('SMEMBERS', reverse)
    if not objects.err then
      for _, object in ipairs(objects) do redis.pcall('SREM', object, cache) end
      redis.call('UNLINK', reverse)
    end
    redis.pcall('ZREM', KEYS[1], cache)
  end
end
return dead
`)

/** Pairs that one call looks at: bounds how long it holds the server up. */
const PAIRS_PER_CALL = 250

/** Those of the mentions whose caches do not exist; repairs them where it may. */
export async function deadMentions(
  { redis, keys }: Pick<Ward, 'redis' | 'keys'>,
  mentions: readonly Mention[],
  mode: 'look' | 'fix',
): Promise<Mention[]> {
  const dead: Mention[] = []
  for (let start = 0; start < mentions.length; start += PAIRS_PER_CALL) {
    const some = mentions.slice(start, start + PAIRS_PER_CALL)
    const names = [keys.due, ...some.flatMap(({ set, cache }) => [set, cache])]
    const numbers = (await deadScript(redis, names, [keys.reversePrefix, mode])) as number[]
    dead.push(...some.filter((_, number) => numbers.includes(number)))
  }
  return dead
}
