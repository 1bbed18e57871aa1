import { createHash, randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createEntryCodec } from '../core/entryCodec.ts'
import { contentCacheError } from '../core/errors.ts'
import { giveUpProcessWide, processWide } from '../core/processWide.ts'
import type { CommitResult, Entry, ExpiryListener, FragmentStore, Lookup, Token } from '../core/store.ts'
import { createConnection, type RedisTarget } from './connection.ts'
import { createExpiry } from './expiry.ts'
import { checkExportKey, createExporting, runExport } from './exporting.ts'
import { globEscaped } from './globEscaped.ts'
import { isRedisUrl, REDIS_URL_FORM } from './isRedisUrl.ts'
import { redisKeys } from './keys.ts'
import { createLocal, type LocalParts } from './local.ts'
import { createLogFollower } from './logFollower.ts'
import { createLookup } from './lookup.ts'
import { runPublish } from './publication.ts'
import { runAgain } from './rebuildQueue.ts'
import { boundOf, checkOptions, DEFAULT_CHANNEL, type RedisStoreOptions } from './redisStoreOptions.ts'
import { runRemove } from './removal.ts'
import {
  type Commit,
  type CommitReply,
  runCommit,
  runEpoch,
  runLease,
  runRelease,
  type ScriptContext,
} from './scripts.ts'
import { createServerTime } from './serverTime.ts'
import { createSettled } from './settled.ts'
import { createTokens } from './tokens.ts'

export type { RedisStoreOptions }

const DAY = 86_400_000
/** Milliseconds in which what has just been expired may be expired again, and attempts, the last some 6 s later. */
const ONCE_MORE = { pause: 50, attempts: 8 }

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
  if (typeof target === 'string' && !isRedisUrl(target))
    throw contentCacheError('CC_INVALID_OPTIONS', ['url', REDIS_URL_FORM])
  // Bundles have copies of this module; a process wants one connection to one place.
  if (typeof target !== 'string') return createRedisStore(target, options)
  // Hashed, because the name of what is process-wide is visible, and there are secrets in it.
  const place = createHash('sha256')
    .update(JSON.stringify([target, options]))
    .digest('base64url')
  const name = `redis.${place}`
  return processWide(name, () => {
    const store = createRedisStore(target, options)
    const shared: FragmentStore = {
      ...store,
      async close() {
        // Who opens the place again, as a test or a script does, must not get what is closed.
        giveUpProcessWide(name, shared)
        await store.close()
      },
    }
    return shared
  })
}

function createRedisStore(target: RedisTarget, options: RedisStoreOptions): FragmentStore {
  const { timeout = 250, maxAge = 30 * DAY, retention = 600_000, maxEntryBytes = 8 * 1024 * 1024 } = options
  const { waitReplicas = 0, batchSize = 150, secret, channel = DEFAULT_CHANNEL } = options
  const keys = redisKeys(options)
  const codec = createEntryCodec(keys.fragmentPrefix, secret)
  const limits = { timeout, failures: 3, probeAfter: 1000 }
  const connection = createConnection(target, limits)
  // Redis holds up a line on which it waits for replicas, and it may be late by a tenth of a second.
  const writing =
    waitReplicas > 0 ? createConnection(target, { ...limits, timeout: timeout + 200 }) : connection
  const tokens = createTokens()
  connection.onLost(() => {
    tokens.forget(performance.now())
    // Behind the new line may be another server; these must not go on with the old one.
    follower.reconnect()
    local?.reconnect()
  })
  const settled = createSettled(connection, keys)
  const onClock = (epoch: string, clock: number) => tokens.observe(epoch, clock, performance.now())
  const time = createServerTime()
  const listeners = new Set<ExpiryListener>()
  const follower = createLogFollower(connection, keys, {
    bound: boundOf(options),
    onExpiry(objects, clock, how) {
      local?.drop(objects, clock)
      onClock(follower.epoch, clock)
      for (const listener of listeners) unharmed(() => listener.expired(objects, how))
    },
    onClock,
    onLoss() {
      tokens.forget(performance.now())
    },
    onGap() {
      local?.clear()
      for (const listener of listeners) unharmed(() => listener.missed())
    },
    onSilence(error) {
      for (const listener of listeners) unharmed(() => listener.missed(error))
    },
  })
  const local = localFrom(options, { connection, keys, time, follower })
  const context = (redis: Redis) => ({ redis, keys, retention })

  const expiry = createExpiry({ context, batchSize, waitReplicas, timeout, took })

  /** What Redis has done counts here at once: for copies, and for fills that begin now. */
  function took(objects: readonly string[], { epoch, clock }: { epoch: string; clock: number }) {
    local?.drop(objects, clock)
    onClock(epoch, clock)
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

  const exporting = createExporting({ connection, keys, context })

  /** Stores under a full name what lives and dies with an entry, or is one. */
  async function commitUnder(
    full: string,
    bytes: Buffer,
    { name, createdAt, goneAt, dependencies }: Entry,
    token: Token,
    run: (context: ScriptContext, commit: Commit) => Promise<CommitReply> = runCommit,
  ): Promise<CommitResult> {
    if (bytes.byteLength > maxEntryBytes) return 'too-large'
    const milliseconds = Math.max(1, Math.min(goneAt - createdAt, maxAge))
    const result = await connection.forReading((redis) =>
      run(context(redis), { full, bytes, milliseconds, token, dependencies }),
    )
    if (result === 'index') throw contentCacheError('CC_REDIS_INDEX', [name])
    return result
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

    lookupNow: (key) => local?.readNow(key),
    derived: local?.derived,

    async commit(key, entry, token) {
      const opened = tokens.opened(token)
      if (opened === undefined) return 'unverifiable'
      return commitUnder(keys.fragment(key), codec.encode(key, entry, opened.epoch), entry, opened)
    },

    async export(full, bytes, entry, token) {
      checkExportKey(entry.name, full, options)
      const opened = tokens.opened(token)
      if (opened === undefined) return 'unverifiable'
      const result = await commitUnder(full, Buffer.from(bytes), entry, opened, (context, commit) =>
        runExport(context, entry.name, commit),
      )
      // Others must not go on with what an earlier fill has written.
      if (result === 'too-large') await exporting.withdraw([full])
      return result
    },

    withdraw: exporting.withdraw,

    expire: (objects, progress = noted) => expiry.expire(writing.onOneLine(), objects, progress),
    refresh: (objects, progress = noted) => expiry.refresh(writing.onOneLine(), objects, progress),

    async lease(key, { current, absent }, milliseconds) {
      const opened = tokens.opened(current)
      if (opened === undefined) return undefined
      const id = randomUUID()
      const granted = await connection.forReading((redis) =>
        runLease(context(redis), { key, current: opened, absent, id, milliseconds }),
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
      const line = writing.onOneLine()
      const clock = await line((redis) => runEpoch(context(redis), epoch))
      onClock(epoch, clock)
      local?.clear()
      await expiry.replicated(line)
      for await (const names of scanFragments()) {
        await connection.forExpiring((redis) => runRemove(context(redis), names))
      }
      // Of these no epoch can say that they are void.
      for await (const names of exporting.scan()) {
        await connection.forExpiring((redis) => runRemove(context(redis), names))
      }
    },

    follow(listener) {
      listeners.add(listener)
      // What was expired before it came is not known: pages may be as old as the build.
      unharmed(() => listener.missed())
      follower.start()
      return () => void listeners.delete(listener)
    },

    followed() {
      const { epoch, clock } = follower
      // Before the first epoch no fragment was ever stored.
      return clock < 0 || epoch === '' ? undefined : tokens.issue(epoch, clock)
    },

    async publish(message) {
      const line = writing.onOneLine()
      const { listeners } = await line((redis) => runPublish(context(redis), channel, message))
      await expiry.replicated(line)
      return listeners
    },

    async rebuild(route) {
      await connection.forExpiring((redis) => runAgain({ redis, keys }, route, ONCE_MORE))
    },

    async close() {
      settled.close()
      follower.stop()
      local?.close()
      await Promise.all([connection.close(), writing.close()])
    },
  }
}

function localFrom(options: RedisStoreOptions, parts: LocalParts) {
  const { local = {}, consistency } = options
  if (local === false) return undefined
  const { maxBytes = 32 * 1024 * 1024 } = local
  return createLocal(parts, { maxBytes, bound: boundOf(options), strict: consistency === 'strict' })
}

function noted() {}

/** A listener that throws must not keep an expiry from the others. */
function unharmed(tell: () => void): void {
  try {
    tell()
  } catch {
    // It has been told.
  }
}
