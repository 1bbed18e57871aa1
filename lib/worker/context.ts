import { createEngine } from '../core/createEngine.ts'
import type { Engine } from '../core/engine.ts'
import { type Connection, createConnection } from '../redis/connection/connection.ts'
import { BREAKER_FAILURES, BREAKER_PROBE_AFTER_MS } from '../redis/protocol.gen.ts'
import { createRedisKeys, type RedisKeys } from '../redis/redisKeys.ts'
import { createRedisStore } from '../redis/store/createRedisStore.ts'
import type { WorkerListener } from './workerEvent.ts'
import { type CheckedOptions, pickPrefixes } from './workerOptions.ts'

/** Shared by the parts of a worker. */
export interface WorkerContext {
  readonly options: CheckedOptions
  readonly keys: RedisKeys
  readonly connection: Connection
  /** Its store has no local copies, because a worker renders no fragments. */
  readonly engine: Engine
  readonly emit: WorkerListener
  close(): Promise<void>
}

/** Milliseconds after which a command counts as failed. Long, because no page waits for it. */
const WORKER_COMMAND_TIMEOUT_MS = 10_000

export function createContext(options: CheckedOptions): WorkerContext {
  const { redis, onEvent, channel } = options
  const prefixes = pickPrefixes(options)
  const connection = createConnection(redis, {
    timeout: WORKER_COMMAND_TIMEOUT_MS,
    failures: BREAKER_FAILURES,
    probeAfter: BREAKER_PROBE_AFTER_MS,
  })
  // Not `redisStore`, which returns one store for all callers with the same URL. A worker closes its own at its end.
  const store = createRedisStore(redis, {
    ...prefixes,
    channel,
    local: false,
    timeout: WORKER_COMMAND_TIMEOUT_MS,
  })
  return {
    options,
    keys: createRedisKeys(prefixes),
    connection,
    engine: createEngine(store, { storeTimeout: 2 * WORKER_COMMAND_TIMEOUT_MS }),
    emit(event) {
      try {
        onEvent?.(event)
      } catch {
        // A listener that throws must not prevent an expiry.
      }
    },
    async close() {
      await Promise.all([connection.close(), store.close()])
    },
  }
}
