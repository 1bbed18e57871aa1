import type { Redis } from 'ioredis'
import { contentCacheError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { Connection } from './connection.ts'
import { type KeyPrefixes, type RedisKeys, redisKeys } from './keys.ts'
import { runRemove } from './removal.ts'
import type { ScriptContext } from './scripts.ts'

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
 * Sees that no key of the store's own is written over, nor a fragment of the packages for Django and Rails. What else
 * is in the namespace may be, as `Rails.cache` of the latter is under `<namespace>:cache:`.
 *
 * @param name of the fragment, for the error
 * @throws {ContentCacheTypeError} CC_INVALID_EXPORT
 */
export function checkExportKey(name: string, full: string, prefixes: KeyPrefixes): void {
  const keys = redisKeys(prefixes)
  const { namespace = 'cc' } = prefixes
  const refuse = (fault: string) => {
    throw contentCacheError('CC_INVALID_EXPORT', [name, `the key ${show(full)} ${fault}`])
  }
  if (Object.values(keys).includes(full)) refuse("is one of the store's own")
  const fragments = [keys.fragmentPrefix, `${namespace}:django:`, `${namespace}:rails:`]
  for (const prefix of [...fragments, keys.lease(''), keys.objectPrefix, keys.reversePrefix]) {
    if (full.startsWith(prefix))
      refuse(`begins with ${show(prefix)}, as those of the store and its clients do`)
  }
}
