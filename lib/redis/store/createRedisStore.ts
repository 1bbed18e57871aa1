import type { Redis } from 'ioredis'
import { createEntryCodec } from '../../core/entryCodec.ts'
import type { FragmentStore } from '../../core/fragmentStore.ts'
import { createConnection } from '../connection/connection.ts'
import type { RedisTarget } from '../connection/redisClient.ts'
import { createExpiryFeed } from '../expiryFeed/expiryFeed.ts'
import { createLogPosition } from '../expiryFeed/logPosition.ts'
import { createLocalCache } from '../localCache/localCache.ts'
import { BREAKER_FAILURES, BREAKER_PROBE_AFTER_MS } from '../protocol.gen.ts'
import { createRedisKeys } from '../redisKeys.ts'
import { applyDefaults, type RedisStoreOptions, type RedisStoreSettings } from '../redisStoreOptions.ts'
import { runPublish } from '../scripts/runPublish.ts'
import { runRequeueRoute } from '../scripts/runRequeueRoute.ts'
import { createClearing } from './clearing.ts'
import { createClockTracker } from './clockTracker.ts'
import { createEntryWriter } from './entryWriter.ts'
import { type AppliedBatch, createExpiry } from './expiry.ts'
import { createExportRegistry } from './exportRegistry.ts'
import { createLastExpiry } from './lastExpiry.ts'
import { createLayeredLookup } from './layeredLookup.ts'
import { createLeases } from './leases.ts'
import { createLookup } from './lookup.ts'
import { createPendingExpiries } from './pendingExpiries.ts'
import { createServerTime } from './serverTime.ts'

/** The first delay is 50 ms, and each further one twice as long. The last of 8 attempts is about 6 s later. */
const REQUEUE_BACKOFF = { retryDelay: 50, maxAttempts: 8 }

/** Creates a store with its own connections. It connects on first use. */
export function createRedisStore(target: RedisTarget, options: RedisStoreOptions): FragmentStore {
  const settings = applyDefaults(options)
  const { retentionMs, batchSize, waitReplicas, timeout } = settings
  const { connection, writeConnection } = createConnections(target, settings)
  const keys = createRedisKeys(options)
  const codec = createEntryCodec(keys.fragmentPrefix, settings.secret, { sharesBytes: !settings.local })
  const clockTracker = createClockTracker()
  const time = createServerTime()
  const context = (redis: Redis) => ({ redis, keys, retentionMs })

  const pendingExpiries = createPendingExpiries()
  const logPosition = createLogPosition(settings.maxStalenessMs)
  const local =
    settings.local &&
    createLocalCache({ connection, keys, time, logPosition, pendingExpiries }, settings.local)
  const feed = createExpiryFeed({ connection, keys, logPosition, clockTracker, local })
  connection.onDisconnect(() => {
    clockTracker.reset(performance.now())
    // The new connection may lead to another server. The feed and the copies must not stay with the old one.
    feed.reconnect()
    local?.reconnect()
  })

  const parts = { connection, writeConnection, keys, codec, clockTracker, time, context }
  const expiry = createExpiry({ context, batchSize, waitReplicas, timeout, onBatchApplied })
  const leases = createLeases({ ...parts, timeout })
  const lookup = createLayeredLookup({
    local,
    feed,
    pendingExpiries,
    lookupShared: createLookup({
      ...parts,
      createLeaseId: leases.createLeaseId,
      abandonLeases: leases.abandonLeases,
      getCopy: (key) => local?.getCopy(key),
      onRead: local?.put,
    }),
  })
  const exportRegistry = createExportRegistry(parts)

  /** Applies an expiry of this process at once, to local copies and to fills that begin now. */
  function onBatchApplied(objects: readonly string[], { epoch, clock, mode }: AppliedBatch) {
    local?.invalidate(objects, clock, mode)
    clockTracker.observe(epoch, clock, performance.now())
  }

  return {
    kind: 'redis',
    ...lookup,
    ...createEntryWriter({ ...parts, exportRegistry }, options, settings),
    expire: (objects, progress = noop) =>
      pendingExpiries.run(objects, () => expiry.expire(writeConnection.pinConnection(), objects, progress)),
    refresh: (objects, progress = noop, refreshOptions) =>
      expiry.refresh(writeConnection.pinConnection(), objects, progress, refreshOptions),
    ...createLastExpiry({ ...parts, feed, local, pendingExpiries }),
    lease: leases.lease,
    release: leases.release,
    waitForRelease: leases.waitForRelease,
    clear: createClearing({ ...parts, local, expiry, exportRegistry }, batchSize),
    subscribe: feed.subscribe,
    getFollowedToken: feed.getFollowedToken,

    async getDependents(object) {
      const redisKeys = await connection.runThroughBreaker((redis) => redis.smembers(keys.object(object)))
      return redisKeys.flatMap((redisKey) => keys.parseFragmentKey(redisKey) ?? [])
    },

    async publish(message) {
      const run = writeConnection.pinConnection()
      const { listeners } = await run((redis) => runPublish(context(redis), settings.channel, message))
      await expiry.waitForReplicas(run)
      return listeners
    },

    async requeueRoute(route) {
      await connection.runPastBreaker((redis) => runRequeueRoute({ redis, keys }, route, REQUEUE_BACKOFF))
    },

    async close() {
      await leases.close()
      feed.stop()
      local?.close()
      await Promise.all([connection.close(), writeConnection.close()])
    },
  }
}

function createConnections(target: RedisTarget, { timeout, waitReplicas }: RedisStoreSettings) {
  const limits = { timeout, failures: BREAKER_FAILURES, probeAfter: BREAKER_PROBE_AFTER_MS }
  const connection = createConnection(target, limits)
  if (waitReplicas === 0) return { connection, writeConnection: connection }
  // WAIT blocks the connection that it is sent on, and may end a tenth of a second late.
  return { connection, writeConnection: createConnection(target, { ...limits, timeout: timeout + 200 }) }
}

function noop() {}
