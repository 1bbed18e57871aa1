import type { Redis } from 'ioredis'
import { contentCacheError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { Connection } from './connection.ts'
import { type KeyPrefixes, namespacesOwning, type RedisKeys, redisKeys } from './keys.ts'
import * as lua from './lua.gen.ts'
import { runRemove } from './removal.ts'
import { defineScript } from './script.ts'
import { type Commit, type CommitReply, commitCall, type ScriptContext } from './scripts.ts'

const exportScript = defineScript(lua.exportAs)

/** What the store has written under names of other programs. */
export interface Exporting {
  /** Removes those that the store has written; what another program has put there is not ours to remove. */
  withdraw(fulls: readonly string[]): Promise<void>
  /** The names of all, in parts. */
  scan(): AsyncGenerator<string[]>
}

export interface ExportingParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly context: (redis: Redis) => ScriptContext
}

/** Names that one call asks for. */
const PART = 200

/** Every cache that this store writes stands in `due` for as long as it lives, whatever its name. */
export function createExporting({ connection, keys, context }: ExportingParts): Exporting {
  return {
    async withdraw(fulls) {
      const times = await connection.forReading((redis) => redis.zmscore(keys.due, ...fulls))
      const written = fulls.filter(
        (full, index) => times[index] != null && keys.fragmentIn(full) === undefined,
      )
      if (written.length > 0) await connection.forReading((redis) => runRemove(context(redis), written))
    },

    async *scan() {
      let cursor = '0'
      do {
        const [next, pairs] = await connection.forExpiring((redis) =>
          redis.zscan(keys.due, cursor, 'COUNT', PART),
        )
        const names = pairs.filter((name, index) => index % 2 === 0 && keys.fragmentIn(name) === undefined)
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
export function checkExportKey(name: string, full: string, prefixes: KeyPrefixes): void {
  const { namespace = 'cc' } = prefixes
  if (namespacesOwning(full).includes(namespace))
    throw refused(name, full, "is one of the store's own or of its clients")
  // The defaults too: other programs on this Redis may have them.
  for (const { objectPrefix, reversePrefix } of [redisKeys(prefixes), redisKeys({})]) {
    for (const prefix of [objectPrefix, reversePrefix]) {
      if (full.startsWith(prefix)) throw refused(name, full, `begins with ${show(prefix)}, as the index does`)
    }
  }
}

const FOREIGN = 'foreign: '

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
  const signs = namespacesOwning(commit.full).map((namespace) => {
    const theirs = redisKeys({ namespace })
    return [theirs.epoch, theirs.clock]
  })
  const { names, args } = commitCall(keys, commit)
  const reply = String(await exportScript(redis, names, [...args, JSON.stringify(signs)]))
  if (reply.startsWith(FOREIGN))
    throw refused(name, commit.full, `must not be written over: ${reply.slice(FOREIGN.length)}`)
  return reply as CommitReply
}

function refused(name: string, full: string, fault: string) {
  return contentCacheError('CC_INVALID_EXPORT', [name, `the key ${show(full)} ${fault}`])
}
