import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createEntryCodec } from '../core/entryCodec.ts'
import { createContentCacheError } from '../core/errors.ts'
import type {
  CommitResult,
  Entry,
  ExpiryListener,
  FragmentStore,
  Lookup,
  Token,
} from '../core/fragmentStore.ts'
import { RETENTION_MS } from '../core/protocol.gen.ts'
import { createClockTracker } from './clockTracker.ts'
import { createConnection, type RedisTarget } from './connection.ts'
import { escapeGlob } from './escapeGlob.ts'
import { createExpiry } from './expiry.ts'
import { checkExportKey, createExportRegistry, runExport } from './exportRegistry.ts'
import { runRemoveCaches } from './indexCleanup.ts'
import { createLeaseWaiter } from './leaseWaiter.ts'
import { createLocalCache, type LocalCacheParts } from './localCache.ts'
import { createLogFollower } from './logFollower.ts'
import { createLookup } from './lookup.ts'
import {
  BREAKER_FAILURES,
  BREAKER_PROBE_AFTER_MS,
  COMMAND_TIMEOUT_MS,
  DEFAULT_CHANNEL,
  MAX_ENTRY_AGE_MS,
  MAX_ENTRY_BYTES,
  MEMBERS_PER_CALL,
} from './protocol.gen.ts'
import { runRequeueRoute } from './rebuildQueue.ts'
import { createRedisKeys } from './redisKeys.ts'
import { getMaxSilenceMs, type RedisStoreOptions } from './redisStoreOptions.ts'
import { runPublish } from './runPublish.ts'
import {
  type Commit,
  type CommitReply,
  runAcquireLease,
  runCommit,
  runReleaseLease,
  runStartEpoch,
  type ScriptContext,
} from './scripts.ts'
import { createServerTime } from './serverTime.ts'

/** Milliseconds in which what has just been expired may be expired again, and attempts, the last some 6 s later. */
const REQUEUE_BACKOFF = { retryDelay: 50, maxAttempts: 8 }

/** A store on connections of its own. Connects on first use. */
export function createRedisStore(target: RedisTarget, options: RedisStoreOptions): FragmentStore {
  const {
    timeout = COMMAND_TIMEOUT_MS,
    maxAge = MAX_ENTRY_AGE_MS,
    retention = RETENTION_MS,
    maxEntryBytes = MAX_ENTRY_BYTES,
  } = options
  const { waitReplicas = 0, batchSize = MEMBERS_PER_CALL, secret, channel = DEFAULT_CHANNEL } = options
  const keys = createRedisKeys(options)
  const codec = createEntryCodec(keys.fragmentPrefix, secret)
  const limits = { timeout, failures: BREAKER_FAILURES, probeAfter: BREAKER_PROBE_AFTER_MS }
  const connection = createConnection(target, limits)
  // Redis holds up a line on which it waits for replicas, and it may be late by a tenth of a second.
  const writeConnection =
    waitReplicas > 0 ? createConnection(target, { ...limits, timeout: timeout + 200 }) : connection
  const clockTracker = createClockTracker()
  connection.onDisconnect(() => {
    clockTracker.reset(performance.now())
    // Behind the new line may be another server; these must not go on with the old one.
    follower.reconnect()
    local?.reconnect()
  })
  const leaseWaiter = createLeaseWaiter(connection, keys)
  const onClock = (epoch: string, clock: number) => clockTracker.observe(epoch, clock, performance.now())
  const time = createServerTime()
  const listeners = new Set<ExpiryListener>()
  const follower = createLogFollower(connection, keys, {
    maxSilenceMs: getMaxSilenceMs(options),
    onExpiry(objects, clock, mode) {
      local?.invalidate(objects, clock)
      onClock(follower.epoch, clock)
      for (const listener of listeners) callSafely(() => listener.onExpiry(objects, mode))
    },
    onClock,
    onHistoryLost() {
      clockTracker.reset(performance.now())
    },
    onGap() {
      local?.clear()
      for (const listener of listeners) callSafely(() => listener.onGap())
    },
    onSilence(error) {
      for (const listener of listeners) callSafely(() => listener.onGap(error))
    },
  })
  const local = createLocalFromOptions(options, { connection, keys, time, follower })
  const context = (redis: Redis) => ({ redis, keys, retention })

  const expiry = createExpiry({ context, batchSize, waitReplicas, timeout, onBatchApplied })

  /** What Redis has done counts here at once: for copies, and for fills that begin now. */
  function onBatchApplied(objects: readonly string[], { epoch, clock }: { epoch: string; clock: number }) {
    local?.invalidate(objects, clock)
    onClock(epoch, clock)
  }

  async function* scanFragments(): AsyncGenerator<string[]> {
    let cursor = '0'
    do {
      const [next, names] = await connection.runAlways((redis) =>
        redis.scan(cursor, 'MATCH', `${escapeGlob(keys.fragmentPrefix)}*`, 'COUNT', batchSize),
      )
      if (names.length > 0) yield names
      cursor = next
    } while (cursor !== '0')
  }

  const exportRegistry = createExportRegistry({ connection, keys, context })

  /** Stores under a full name what lives and dies with an entry, or is one. */
  async function commitAs(
    redisKey: string,
    bytes: Buffer,
    { name, createdAt, discardAt, dependencies }: Entry,
    token: Token,
    run: (context: ScriptContext, commit: Commit) => Promise<CommitReply> = runCommit,
  ): Promise<CommitResult> {
    if (bytes.byteLength > maxEntryBytes) return 'too-large'
    const milliseconds = Math.max(1, Math.min(discardAt - createdAt, maxAge))
    const result = await connection.runGuarded((redis) =>
      run(context(redis), { redisKey, bytes, milliseconds, token, dependencies }),
    )
    if (result === 'index') throw createContentCacheError('CC_REDIS_INDEX', [name])
    return result
  }

  const lookupShared = createLookup({
    connection,
    codec,
    clockTracker,
    time,
    context,
    onRead: (key, entry, snapshot) => local?.put(key, entry, snapshot),
  })

  return {
    kind: 'redis',

    async lookup(requests) {
      const calledAt = performance.now()
      const answers: (Lookup | undefined)[] = (await local?.read(requests)) ?? requests.map(() => undefined)
      const remaining = requests.filter((_, index) => answers[index] === undefined)
      if (remaining.length === 0) return answers as Lookup[]
      const sharedLookups = await lookupShared(remaining, calledAt)
      return answers.map((answer) => answer ?? (sharedLookups.shift() as Lookup))
    },

    lookupSync: (key) => local?.getSync(key),
    derived: local?.derived,

    async commit(key, entry, token) {
      const redisToken = clockTracker.unwrapToken(token)
      if (redisToken === undefined) return 'unverifiable'
      return commitAs(keys.fragment(key), codec.encode(key, entry, redisToken.epoch), entry, redisToken)
    },

    async export(redisKey, bytes, entry, token) {
      checkExportKey(entry.name, redisKey, options)
      const redisToken = clockTracker.unwrapToken(token)
      if (redisToken === undefined) return 'unverifiable'
      const result = await commitAs(redisKey, Buffer.from(bytes), entry, redisToken, (context, commit) =>
        runExport(context, entry.name, commit),
      )
      // Others must not go on with what an earlier fill has written.
      if (result === 'too-large') await exportRegistry.remove([redisKey])
      return result
    },

    removeExports: exportRegistry.remove,

    expire: (objects, progress = noop) => expiry.expire(writeConnection.pinConnection(), objects, progress),
    refresh: (objects, progress = noop) => expiry.refresh(writeConnection.pinConnection(), objects, progress),

    async lease(key, { requiredToken, wasMiss }, milliseconds) {
      const redisToken = clockTracker.unwrapToken(requiredToken)
      if (redisToken === undefined) return undefined
      const id = randomUUID()
      const isGranted = await connection.runGuarded((redis) =>
        runAcquireLease(context(redis), { key, requiredToken: redisToken, wasMiss, id, milliseconds }),
      )
      return isGranted ? id : undefined
    },

    async release(key, lease) {
      await connection.runGuarded((redis) => runReleaseLease(context(redis), { key, id: lease }))
    },

    waitForLease: leaseWaiter.wait,

    async getDependents(object) {
      const redisKey = await connection.runGuarded((redis) => redis.smembers(keys.object(object)))
      return redisKey.flatMap((name) => keys.parseFragmentKey(name) ?? [])
    },

    async clear() {
      // From here on nothing old is readable; what follows only gives the memory back.
      const epoch = randomUUID()
      const run = writeConnection.pinConnection()
      const clock = await run((redis) => runStartEpoch(context(redis), epoch))
      onClock(epoch, clock)
      local?.clear()
      await expiry.waitForReplicas(run)
      for await (const names of scanFragments()) {
        await connection.runAlways((redis) => runRemoveCaches(context(redis), names))
      }
      // Of these no epoch can say that they are void.
      for await (const names of exportRegistry.scan()) {
        await connection.runAlways((redis) => runRemoveCaches(context(redis), names))
      }
    },

    subscribe(listener) {
      listeners.add(listener)
      // What was expired before it came is not known: pages may be as old as the build.
      callSafely(() => listener.onGap())
      follower.start()
      return () => void listeners.delete(listener)
    },

    getFollowedToken() {
      const { epoch, clock } = follower
      // Before the first epoch no fragment was ever stored.
      return clock < 0 || epoch === '' ? undefined : clockTracker.wrapToken(epoch, clock)
    },

    async publish(message) {
      const run = writeConnection.pinConnection()
      const { listeners } = await run((redis) => runPublish(context(redis), channel, message))
      await expiry.waitForReplicas(run)
      return listeners
    },

    async requeueRoute(route) {
      await connection.runAlways((redis) => runRequeueRoute({ redis, keys }, route, REQUEUE_BACKOFF))
    },

    async close() {
      leaseWaiter.close()
      follower.stop()
      local?.close()
      await Promise.all([connection.close(), writeConnection.close()])
    },
  }
}

function createLocalFromOptions(options: RedisStoreOptions, parts: LocalCacheParts) {
  const { local = {}, consistency } = options
  if (local === false) return undefined
  const { maxBytes = 32 * 1024 * 1024 } = local
  return createLocalCache(parts, {
    maxBytes,
    maxSilenceMs: getMaxSilenceMs(options),
    strict: consistency === 'strict',
  })
}

function noop() {}

/** A listener that throws must not keep an expiry from the others. */
function callSafely(callback: () => void): void {
  try {
    callback()
  } catch {
    // It has been told.
  }
}
