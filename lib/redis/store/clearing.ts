import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Connection } from '../connection/connection.ts'
import type { LocalCache } from '../localCache/localCache.ts'
import { escapeGlob, type RedisKeys } from '../redisKeys.ts'
import type { ScriptContext } from '../scripts/defineScript.ts'
import { runRemoveCaches } from '../scripts/runRemoveCaches.ts'
import { runStartEpoch } from '../scripts/runStartEpoch.ts'
import type { ClockTracker } from './clockTracker.ts'
import type { Expiry } from './expiry.ts'
import type { ExportRegistry } from './exportRegistry.ts'

export interface ClearingParts {
  readonly connection: Connection
  readonly writeConnection: Connection
  readonly keys: RedisKeys
  readonly clockTracker: ClockTracker
  readonly expiry: Expiry
  readonly exportRegistry: ExportRegistry
  readonly local: LocalCache | undefined
  context(redis: Redis): ScriptContext
}

/** @param batchSize about how many keys one SCAN returns */
export function createClearing(parts: ClearingParts, batchSize: number): () => Promise<void> {
  const { connection, writeConnection, keys, clockTracker, expiry, exportRegistry, local, context } = parts

  async function* scanFragments(): AsyncGenerator<string[]> {
    let cursor = '0'
    do {
      const [next, redisKeys] = await connection.runPastBreaker((redis) =>
        redis.scan(cursor, 'MATCH', `${escapeGlob(keys.fragmentPrefix)}*`, 'COUNT', batchSize),
      )
      if (redisKeys.length > 0) yield redisKeys
      cursor = next
    } while (cursor !== '0')
  }

  return async () => {
    const epoch = randomUUID()
    const run = writeConnection.pinConnection()
    const clock = await run((redis) => runStartEpoch(context(redis), epoch))
    clockTracker.observe(epoch, clock, performance.now())
    local?.clear()
    await expiry.waitForReplicas(run)
    // Entries of the old epoch are unreadable from here on. Removing them only frees memory.
    for await (const redisKeys of scanFragments()) {
      await connection.runPastBreaker((redis) => runRemoveCaches(context(redis), redisKeys))
    }
    // Other programs do not look at the epoch, so their caches and the exports must be removed.
    for await (const redisKeys of exportRegistry.scan()) {
      await connection.runPastBreaker((redis) => runRemoveCaches(context(redis), redisKeys))
    }
  }
}
