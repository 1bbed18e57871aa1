import type { Redis } from 'ioredis'
import type { Connection } from '../connection/connection.ts'
import type { RedisKeys } from '../redisKeys.ts'
import type { ScriptContext } from '../scripts/defineScript.ts'
import { runRemoveCaches } from '../scripts/runRemoveCaches.ts'

/** The caches of the namespace that are not fragments: exports, and caches of the clients for Django and Rails. */
export interface ExportRegistry {
  /** Removes the given keys, except those that hold no registered cache. */
  remove(redisKeys: readonly string[]): Promise<void>
  /** Returns the keys of all these caches, in batches. */
  scan(): AsyncGenerator<string[]>
}

export interface ExportRegistryParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly context: (redis: Redis) => ScriptContext
}

/** About how many keys one scan returns. */
const SCAN_COUNT = 200

/**
 * Reads the `due` set, which holds every cache that was stored by commit.lua in this namespace. The clients for Django and
 * Rails run that script too. Caches that a program lists only in `obj:` sets are not in it.
 */
export function createExportRegistry({ connection, keys, context }: ExportRegistryParts): ExportRegistry {
  return {
    async remove(redisKeys) {
      const dueTimes = await connection.runThroughBreaker((redis) => redis.zmscore(keys.due, ...redisKeys))
      const registeredKeys = redisKeys.filter(
        (redisKey, index) => dueTimes[index] != null && keys.parseFragmentKey(redisKey) === undefined,
      )
      if (registeredKeys.length > 0)
        await connection.runThroughBreaker((redis) => runRemoveCaches(context(redis), registeredKeys))
    },

    async *scan() {
      let cursor = '0'
      do {
        const [next, pairs] = await connection.runPastBreaker((redis) =>
          redis.zscan(keys.due, cursor, 'COUNT', SCAN_COUNT),
        )
        const cacheKeys = pairs.filter(
          (redisKey, index) => index % 2 === 0 && keys.parseFragmentKey(redisKey) === undefined,
        )
        if (cacheKeys.length > 0) yield cacheKeys
        cursor = next
      } while (cursor !== '0')
    },
  }
}
