import type { Redis } from 'ioredis'
import { type Awaitable, whenReady } from '../../core/awaitable.ts'
import { createCallBatcher } from '../../core/callBatcher.ts'
import type { EntryCodec } from '../../core/entryCodec.ts'
import { createContentCacheError } from '../../core/errors.ts'
import type { CommitResult, Entry, FragmentStore, Token } from '../../core/fragmentStore.ts'
import { MEBIBYTE } from '../../core/mebibyte.ts'
import type { Connection } from '../connection/connection.ts'
import { convertErrors } from '../connection/toContentCacheError.ts'
import type { KeyPrefixes, RedisKeys } from '../redisKeys.ts'
import type { ScriptContext } from '../scripts/defineScript.ts'
import { type Commit, type CommitReply, runCommitAll } from '../scripts/runCommitAll.ts'
import { checkExportKey, runExport } from '../scripts/runExport.ts'
import type { ClockTracker } from './clockTracker.ts'
import type { ExportRegistry } from './exportRegistry.ts'

export interface EntryWriterParts {
  readonly connection: Connection
  readonly keys: RedisKeys
  readonly codec: EntryCodec
  readonly clockTracker: ClockTracker
  readonly exportRegistry: ExportRegistry
  context(redis: Redis): ScriptContext
}

export interface EntryWriterLimits {
  /** Milliseconds until Redis removes an entry, whatever its `ttl`. */
  readonly maxAgeMs: number
  readonly maxEntryBytes: number
}

export type EntryWriter = Pick<FragmentStore, 'commit' | 'export' | 'removeExports'>

/** Limits the time for which one script keeps Redis busy. */
const MAX_BATCH_BYTES = 262_144
/** The bytes that take as long to write as the commands for an entry without dependencies. */
const BYTES_PER_ENTRY = 4_096
/** The bytes that take as long to write as the two commands for a dependency. */
const BYTES_PER_DEPENDENCY = 1_024

/**
 * Limits the time that a lookup waits behind commits. A call takes Redis some two milliseconds, and a process that renders
 * several pages of hundreds of fragments reads replies only between two renders. With fewer calls under way, it would
 * render faster than it stores.
 */
const MAX_CONCURRENT_COMMITS = 32

/** Limits the memory of entries that wait for Redis, in the sizes of `getSize`, which are a little larger. */
const MAX_BACKLOG_BYTES = 64 * MEBIBYTE

/** Writes entries, and exports with the lifetime and dependencies of an entry. */
export function createEntryWriter(
  { connection, keys, codec, clockTracker, exportRegistry, context }: EntryWriterParts,
  prefixes: KeyPrefixes,
  { maxAgeMs, maxEntryBytes }: EntryWriterLimits,
): EntryWriter {
  const commitInBatch = createCallBatcher<Commit, CommitReply>({
    async run(commits) {
      return convertErrors(
        await connection.runThroughBreaker((redis) => runCommitAll(context(redis), commits)),
      )
    },
    getSize: ({ bytes, dependencies }) =>
      BYTES_PER_ENTRY + bytes.byteLength + BYTES_PER_DEPENDENCY * dependencies.length,
    maxSize: MAX_BATCH_BYTES,
    isPatient: true,
    maxConcurrentCalls: MAX_CONCURRENT_COMMITS,
    backlog: {
      maxSize: MAX_BACKLOG_BYTES,
      createError: () => createContentCacheError('CC_REDIS_BACKLOG', []),
    },
  })

  function write(
    redisKey: string,
    bytes: Buffer,
    { name, createdAt, discardAt, dependencies }: Entry,
    token: Token,
    run: (commit: Commit) => PromiseLike<CommitReply>,
  ): Awaitable<CommitResult> {
    if (bytes.byteLength > maxEntryBytes) return 'too-large'
    const milliseconds = Math.max(1, Math.min(discardAt - createdAt, maxAgeMs))
    return whenReady(run({ redisKey, bytes, milliseconds, token, dependencies }), (result) => {
      if (result === 'index') throw createContentCacheError('CC_REDIS_INDEX', [name])
      return result
    })
  }

  return {
    commit(key, entry, token) {
      const redisToken = clockTracker.unwrapToken(token)
      if (redisToken === undefined) return 'unverifiable'
      const bytes = codec.encode(key, entry, redisToken.epoch)
      return write(keys.fragment(key), bytes, entry, redisToken, commitInBatch)
    },

    async export(redisKey, bytes, entry, token) {
      checkExportKey(entry.name, redisKey, prefixes)
      const redisToken = clockTracker.unwrapToken(token)
      if (redisToken === undefined) return 'unverifiable'
      const result = await write(redisKey, Buffer.from(bytes), entry, redisToken, (commit) =>
        connection.runThroughBreaker((redis) => runExport(context(redis), entry.name, commit)),
      )
      // An earlier, smaller export is out of date now, and other programs would still use it.
      if (result === 'too-large') await exportRegistry.remove([redisKey])
      return result
    },

    removeExports: exportRegistry.remove,
  }
}
