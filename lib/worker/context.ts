import { createEngine } from '../core/createEngine.ts'
import type { Engine } from '../core/engine.ts'
import { type Connection, createConnection } from '../redis/connection/connection.ts'
import { createRedisKeys, type RedisKeys } from '../redis/redisKeys.ts'
import { redisStore } from '../redis/redisStore.ts'
import type { WorkerListener } from './workerEvent.ts'
import { type CheckedOptions, pickPrefixes } from './workerOptions.ts'

/** What the parts of a worker share. */
export interface WorkerContext {
  readonly options: CheckedOptions
  readonly keys: RedisKeys
  readonly connection: Connection
  /** On a store without local copies: nothing is rendered here. */
  readonly engine: Engine
  readonly emit: WorkerListener
  close(): Promise<void>
}

/** Milliseconds after which a command counts as failed: nobody waits for a page here. */
const COMMAND_TIMEOUT = 10_000

export function createContext(options: CheckedOptions): WorkerContext {
  const { redis, onEvent, channel } = options
  const prefixes = pickPrefixes(options)
  const connection = createConnection(redis, { timeout: COMMAND_TIMEOUT, failures: 3, probeAfter: 1000 })
  const store = redisStore(redis, { ...prefixes, channel, local: false, timeout: COMMAND_TIMEOUT })
  return {
    options,
    keys: createRedisKeys(prefixes),
    connection,
    engine: createEngine(store, { storeTimeout: 2 * COMMAND_TIMEOUT }),
    emit(event) {
      try {
        onEvent?.(event)
      } catch {
        // A listener is an onlooker: its faults must not keep an expiry from being done.
      }
    },
    async close() {
      await Promise.all([connection.close(), store.close()])
    },
  }
}
