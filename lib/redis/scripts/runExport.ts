import { createContentCacheError } from '../../core/errors.ts'
import { formatValue } from '../../core/formatValue.ts'
import { DEFAULT_NAMESPACE } from '../../core/protocol.gen.ts'
import * as lua from '../lua.gen.ts'
import { createRedisKeys, findOwningNamespaces, type KeyPrefixes } from '../redisKeys.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'
import type { Commit, CommitReply } from './runCommitAll.ts'

const exportScript = defineScript(lua.exportAs)

/**
 * Refuses keys that certainly belong to this store, to its clients, or to the index that all programs share. Other keys in
 * the namespace are allowed: `Rails.cache` of the gem is under `<namespace>:cache:`. The script checks whether the key
 * belongs to another namespace.
 *
 * @param name of the fragment, for the error
 * @throws {ContentCacheTypeError} CC_INVALID_EXPORT
 */
export function checkExportKey(name: string, redisKey: string, prefixes: KeyPrefixes): void {
  const { namespace = DEFAULT_NAMESPACE } = prefixes
  if (findOwningNamespaces(redisKey).includes(namespace))
    throw createExportError(name, redisKey, 'belongs to the store or to one of its clients')
  // Also the defaults, which other programs on this Redis may use.
  for (const { objectPrefix, reversePrefix } of [createRedisKeys(prefixes), createRedisKeys({})]) {
    for (const prefix of [objectPrefix, reversePrefix]) {
      if (redisKey.startsWith(prefix))
        throw createExportError(name, redisKey, `begins with ${formatValue(prefix)}, a prefix of the index`)
    }
  }
}

const FOREIGN_REPLY = 'foreign: '

/**
 * Commits a value for another program under the same conditions as an entry.
 *
 * @throws {ContentCacheTypeError} CC_INVALID_EXPORT when it would overwrite a value that is not a cache, or that belongs to
 * another namespace
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
  const { redisKey, bytes, milliseconds, token, dependencies } = commit
  const objects = dependencies.map((dependency) => keys.object(dependency))
  const reply = String(
    await exportScript(
      redis,
      [keys.epoch, keys.clock, keys.fence, keys.due, redisKey, keys.reverse(redisKey), ...objects],
      [
        token.epoch,
        token.clock,
        bytes,
        Math.ceil(milliseconds),
        keys.reversePrefix,
        ...dependencies,
        JSON.stringify(namespaceMarkers),
      ],
    ),
  )
  if (reply.startsWith(FOREIGN_REPLY))
    throw createExportError(name, redisKey, `must not be overwritten: ${reply.slice(FOREIGN_REPLY.length)}`)
  return reply as CommitReply
}

function createExportError(name: string, redisKey: string, reason: string) {
  return createContentCacheError('CC_INVALID_EXPORT', [name, `the key ${formatValue(redisKey)} ${reason}`])
}
