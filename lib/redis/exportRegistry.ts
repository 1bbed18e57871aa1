import type { Redis } from 'ioredis'
import { createContentCacheError } from '../core/errors.ts'
import { formatValue } from '../core/formatValue.ts'
import { DEFAULT_NAMESPACE } from '../core/protocol.gen.ts'
import type { Connection } from './connection.ts'
import { defineScript } from './defineScript.ts'
import { runRemoveCaches } from './indexCleanup.ts'
import * as lua from './lua.gen.ts'
import { createRedisKeys, findOwningNamespaces, type KeyPrefixes, type RedisKeys } from './redisKeys.ts'
import { type Commit, type CommitReply, createCommitCall, type ScriptContext } from './scripts.ts'

const exportScript = defineScript(lua.exportAs)

/** What the store has written under names of other programs. */
export interface ExportRegistry {
  /** Removes those that the store has written; what another program has put there is not ours to remove. */
  remove(redisKeys: readonly string[]): Promise<void>
  /** The names of all, in parts. */
  scan(): AsyncGenerator<string[]>
}

export interface ExportRegistryParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly context: (redis: Redis) => ScriptContext
}

/** Names that one call asks for. */
const SCAN_COUNT = 200

/** Every cache that this store writes stands in `due` for as long as it lives, whatever its name. */
export function createExportRegistry({ connection, keys, context }: ExportRegistryParts): ExportRegistry {
  return {
    async remove(redisKeys) {
      const dueTimes = await connection.runGuarded((redis) => redis.zmscore(keys.due, ...redisKeys))
      const registeredKeys = redisKeys.filter(
        (redisKey, index) => dueTimes[index] != null && keys.parseFragmentKey(redisKey) === undefined,
      )
      if (registeredKeys.length > 0)
        await connection.runGuarded((redis) => runRemoveCaches(context(redis), registeredKeys))
    },

    async *scan() {
      let cursor = '0'
      do {
        const [next, pairs] = await connection.runAlways((redis) =>
          redis.zscan(keys.due, cursor, 'COUNT', SCAN_COUNT),
        )
        const names = pairs.filter(
          (name, index) => index % 2 === 0 && keys.parseFragmentKey(name) === undefined,
        )
        if (names.length > 0) yield names
        cursor = next
      } while (cursor !== '0')
    },
  }
}

/**
 * Refuses what is certainly a key of this store or of its clients, or of the index that all programs share. What else is
 * in the namespace may be written, as `Rails.cache` of the gem is under `<namespace>:cache:`. Whether it belongs to
 * another namespace is seen when it is written.
 *
 * @param name of the fragment, for the error
 * @throws {ContentCacheTypeError} CC_INVALID_EXPORT
 */
export function checkExportKey(name: string, redisKey: string, prefixes: KeyPrefixes): void {
  const { namespace = DEFAULT_NAMESPACE } = prefixes
  if (findOwningNamespaces(redisKey).includes(namespace))
    throw createExportError(name, redisKey, "is one of the store's own or of its clients")
  // The defaults too: other programs on this Redis may have them.
  for (const { objectPrefix, reversePrefix } of [createRedisKeys(prefixes), createRedisKeys({})]) {
    for (const prefix of [objectPrefix, reversePrefix]) {
      if (redisKey.startsWith(prefix))
        throw createExportError(name, redisKey, `begins with ${formatValue(prefix)}, as the index does`)
    }
  }
}

const FOREIGN_REPLY = 'foreign: '

/**
 * Commits what another program reads, as an entry is committed.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_EXPORT where it would write over what is no cache, or belongs to another
 * namespace
 */
export async function runExport(
  { redis, keys }: ScriptContext,
  name: string,
  commit: Commit,
): Promise<CommitReply> {
  const namespaceMarkers = findOwningNamespaces(commit.redisKey).map((namespace) => {
    const namespaceKeys = createRedisKeys({ namespace })
    return [namespaceKeys.epoch, namespaceKeys.clock]
  })
  const { names, args } = createCommitCall(keys, commit)
  const reply = String(await exportScript(redis, names, [...args, JSON.stringify(namespaceMarkers)]))
  if (reply.startsWith(FOREIGN_REPLY))
    throw createExportError(
      name,
      commit.redisKey,
      `must not be written over: ${reply.slice(FOREIGN_REPLY.length)}`,
    )
  return reply as CommitReply
}

function createExportError(name: string, redisKey: string, reason: string) {
  return createContentCacheError('CC_INVALID_EXPORT', [name, `the key ${formatValue(redisKey)} ${reason}`])
}
