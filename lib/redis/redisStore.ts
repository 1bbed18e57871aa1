import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createEntryCodec } from '../core/entryCodec.ts'
import { contentCacheError } from '../core/errors.ts'
import { processWide } from '../core/processWide.ts'
import { show } from '../core/show.ts'
import type { FragmentStore, Lookup } from '../core/store.ts'
import { type Connection, createConnection, type RedisTarget } from './connection.ts'
import { type KeyPrefixes, redisKeys } from './keys.ts'
import { createLocal, type LocalParts } from './local.ts'
import { createLookup } from './lookup.ts'
import { runCommit, runEpoch, runExpire, runLease, runRefresh, runRelease, runRemove } from './scripts.ts'
import { createServerTime } from './serverTime.ts'
import { createSettled } from './settled.ts'
import { createTokens } from './tokens.ts'

export interface RedisStoreOptions extends KeyPrefixes {
  /** Milliseconds after which a command counts as failed and the page renders uncached. Default 250. */
  readonly timeout?: number
  /** Milliseconds until an entry is dropped even if nothing expires it. Default 30 days. */
  readonly maxAge?: number
  /** Milliseconds for which expiries are remembered, so the longest that a fill may take. Default 10 minutes. */
  readonly retention?: number
  /** Bytes of the largest entry that is stored. Default 8 MiB. */
  readonly maxEntryBytes?: number
  /** Seals entries, so that who can write to Redis cannot plant markup. The same in every process. */
  readonly secret?: string
  /** Replicas that must have an expiry before it counts as done. Default 0: Redis may lose it in a fail-over. */
  readonly waitReplicas?: number
  /**
   * Copies in this process, above Redis: how many bytes (default 32 MiB), and for how many milliseconds
   * without a word from Redis they are served (default 1000). `false` for none.
   */
  readonly local?: { readonly maxBytes?: number; readonly bound?: number } | false
  /**
   * `strict` asks Redis once per request whether an expiry is on its way to this process's copies, at the
   * cost of one small round trip. Default: copies follow within milliseconds.
   */
  readonly consistency?: 'strict' | 'eventual'
  /** How a batch of an expiry is bounded: about so many members. Default 1000. */
  readonly batchSize?: number
}

const DAY = 86_400_000
/** Objects that one script stamps: bounds how long it runs. */
const OBJECTS_PER_CALL = 200

/**
 * Keeps fragments in Redis 6.2 or later, or Valkey, shared by every process that uses the same namespace.
 * Connects on first use. The server's `maxmemory-policy` must not be `allkeys-*`.
 *
 * @param target URL, ioredis options (Sentinel too), or an ioredis client whose settings are taken
 * @throws {ContentCacheTypeError} CC_INVALID_OPTIONS
 * @example createContentCache({ store: redisStore('redis://localhost:6379', { secret: process.env.CACHE_SECRET }) })
 */
export function redisStore(target: RedisTarget, options: RedisStoreOptions = {}): FragmentStore {
  checkOptions(options)
  // Bundles have copies of this module; a process wants one connection to one place.
  if (typeof target !== 'string') return createRedisStore(target, options)
  return processWide(`redis.${target} ${JSON.stringify(options)}`, () => createRedisStore(target, options))
}

function createRedisStore(target: RedisTarget, options: RedisStoreOptions): FragmentStore {
  const { timeout = 250, maxAge = 30 * DAY, retention = 600_000, maxEntryBytes = 8 * 1024 * 1024 } = options
  const { waitReplicas = 0, batchSize = 1000, secret } = options
  const keys = redisKeys(options)
  const codec = createEntryCodec(secret)
  const connection = createConnection(target, { timeout, failures: 3, probeAfter: 1000 })
  const tokens = createTokens()
  connection.onLost(tokens.forget)
  const settled = createSettled(connection, keys)
  const onClock = (epoch: string, clock: number) => tokens.observe(epoch, clock, performance.now())
  const time = createServerTime()
  const local = localFrom(options, { connection, keys, time, onClock })
  const context = (redis: Redis) => ({ redis, keys, retention })

  type Line = ReturnType<Connection['onOneLine']>

  async function expireChunk(line: Line, objects: readonly string[]): Promise<number> {
    let removed = 0
    for (let first = true; ; first = false) {
      const reply = await line((redis) =>
        runExpire(context(redis), objects, { first, size: batchSize, newEpoch: randomUUID() }),
      )
      took(objects, reply)
      removed += reply.removed
      if (!reply.more) return removed
    }
  }

  /**
   * Marks what there is when it begins, in batches. A fill that ran meanwhile may have stored what shows the
   * old content where the scan had passed, so it begins again until it finds nothing.
   */
  async function refreshOne(line: Line, object: string): Promise<number> {
    let touched = 0
    for (let again = true; again; ) {
      let cursor = '0'
      let batches = 0
      let found = 0
      do {
        const from = cursor
        const reply = await line((redis) =>
          runRefresh(context(redis), object, { cursor: from, size: batchSize, newEpoch: randomUUID() }),
        )
        took([object], reply)
        cursor = reply.cursor
        found += reply.touched
        batches++
      } while (cursor !== '0')
      touched += found
      again = batches > 1 && found > 0
    }
    return touched
  }

  /** What Redis has done counts here at once: for copies, and for fills that begin now. */
  function took(objects: readonly string[], { epoch, clock }: { epoch: string; clock: number }) {
    local?.drop(objects, clock)
    onClock(epoch, clock)
  }

  /** Redis waits for what this very line has written, so it must be the line of the expiry. */
  async function replicated(line: Line): Promise<void> {
    if (waitReplicas === 0) return
    // Less than a command may take: how many there are is to be told in time.
    const patience = Math.max(1, Math.floor(timeout * 0.8))
    const reached = await line((redis) => redis.wait(waitReplicas, patience))
    if (reached < waitReplicas) throw contentCacheError('CC_REDIS_REPLICAS', [reached, waitReplicas])
  }

  async function* scanFragments(): AsyncGenerator<string[]> {
    let cursor = '0'
    do {
      const [next, names] = await connection.forExpiring((redis) =>
        redis.scan(cursor, 'MATCH', `${globEscaped(keys.fragmentPrefix)}*`, 'COUNT', batchSize),
      )
      if (names.length > 0) yield names
      cursor = next
    } while (cursor !== '0')
  }

  const lookupShared = createLookup({
    connection,
    codec,
    tokens,
    time,
    context,
    onRead: (key, entry, seen) => local?.keep(key, entry, seen),
  })

  return {
    kind: 'redis',

    async lookup(requests) {
      const called = performance.now()
      const answers: (Lookup | undefined)[] = (await local?.read(requests)) ?? requests.map(() => undefined)
      const open = requests.filter((_, index) => answers[index] === undefined)
      if (open.length === 0) return answers as Lookup[]
      const found = await lookupShared(open, called)
      return answers.map((answer) => answer ?? (found.shift() as Lookup))
    },

    async commit(key, entry, token) {
      if (tokens.isForgotten(token)) return 'unverifiable'
      const bytes = codec.encode(key, entry, token.epoch)
      if (bytes.byteLength > maxEntryBytes) return 'too-large'
      const milliseconds = Math.max(1, Math.min(entry.goneAt - entry.createdAt, maxAge))
      const { dependencies } = entry
      const result = await connection.forReading((redis) =>
        runCommit(context(redis), { key, bytes, milliseconds, token, dependencies }),
      )
      if (result === 'index') throw contentCacheError('CC_REDIS_INDEX', [entry.name])
      return result
    },

    async expire(objects) {
      const line = connection.onOneLine()
      let removed = 0
      for (let start = 0; start < objects.length; start += OBJECTS_PER_CALL) {
        removed += await expireChunk(line, objects.slice(start, start + OBJECTS_PER_CALL))
      }
      await replicated(line)
      return removed
    },

    async refresh(objects) {
      const line = connection.onOneLine()
      let touched = 0
      for (const object of objects) touched += await refreshOne(line, object)
      await replicated(line)
      return touched
    },

    async lease(key, current, milliseconds) {
      const id = randomUUID()
      const granted = await connection.forReading((redis) =>
        runLease(context(redis), { key, current, id, milliseconds }),
      )
      return granted ? id : undefined
    },

    async release(key, lease) {
      await connection.forReading((redis) => runRelease(context(redis), { key, id: lease }))
    },

    settled: settled.wait,

    async dependants(object) {
      const full = await connection.forReading((redis) => redis.smembers(keys.object(object)))
      return full.flatMap((name) => keys.fragmentIn(name) ?? [])
    },

    async clear() {
      // From here on nothing old is readable; what follows only gives the memory back.
      const epoch = randomUUID()
      const line = connection.onOneLine()
      const clock = await line((redis) => runEpoch(context(redis), epoch))
      onClock(epoch, clock)
      local?.clear()
      await replicated(line)
      for await (const names of scanFragments()) {
        await connection.forExpiring((redis) => runRemove(context(redis), names))
      }
    },

    async close() {
      settled.close()
      local?.close()
      await connection.close()
    },
  }
}

function localFrom({ local = {}, consistency }: RedisStoreOptions, parts: LocalParts) {
  if (local === false) return undefined
  const { maxBytes = 32 * 1024 * 1024, bound = 1000 } = local
  return createLocal(parts, { maxBytes, bound, strict: consistency === 'strict' })
}

function globEscaped(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}

function checkOptions(options: RedisStoreOptions): void {
  for (const name of ['timeout', 'maxAge', 'retention', 'maxEntryBytes', 'batchSize'] as const) {
    const value = options[name]
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Infinity))
      throw contentCacheError('CC_INVALID_OPTIONS', [name, `must be a number above 0, but is ${show(value)}`])
  }
  const { waitReplicas = 0, secret, consistency = 'eventual' } = options
  if (consistency !== 'eventual' && consistency !== 'strict')
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'consistency',
      `must be 'strict' or 'eventual', but is ${show(consistency)}`,
    ])
  if (!Number.isSafeInteger(waitReplicas) || waitReplicas < 0)
    throw contentCacheError('CC_INVALID_OPTIONS', [
      'waitReplicas',
      `must be a whole number, but is ${show(waitReplicas)}`,
    ])
  // The value is not shown: it may be a secret all the same.
  if (secret !== undefined && (typeof secret !== 'string' || secret.length < 16))
    throw contentCacheError('CC_INVALID_OPTIONS', ['secret', 'must be a string of at least 16 characters'])
}
