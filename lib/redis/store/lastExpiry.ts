import type { Redis } from 'ioredis'
import type { FragmentStore } from '../../core/fragmentStore.ts'
import { isRecordedObject } from '../../core/isRecordedObject.ts'
import type { Connection } from '../connection/connection.ts'
import type { ExpiryFeed } from '../expiryFeed/expiryFeed.ts'
import type { LocalCache } from '../localCache/localCache.ts'
import type { ScriptContext } from '../scripts/defineScript.ts'
import { runReadLastExpiries } from '../scripts/runReadLastExpiries.ts'
import { isAffected, type PendingExpiries } from './pendingExpiries.ts'

export interface LastExpiryParts {
  readonly connection: Connection
  readonly feed: ExpiryFeed
  readonly local: LocalCache | undefined
  readonly pendingExpiries: PendingExpiries
  context(redis: Redis): ScriptContext
}

/** Answers from the memory of the process where it may, and asks Redis otherwise. */
export function createLastExpiry(parts: LastExpiryParts): Required<Pick<FragmentStore, 'getLastExpiry'>> {
  const { connection, feed, local, pendingExpiries, context } = parts

  async function fetchLastExpiry(recorded: readonly string[]): Promise<number> {
    const sentAt = performance.now()
    const reply = await connection.runThroughBreaker((redis) => runReadLastExpiries(context(redis), recorded))
    local?.putLastExpiries(recorded, { ...reply, sentAt })
    return Math.max(...reply.clocks)
  }

  return {
    getLastExpiry(objects, { shared = false } = {}) {
      const recorded = objects.filter(isRecordedObject)
      if (recorded.length === 0) return 0
      if (isAffected(recorded, pendingExpiries.list())) return Infinity
      // The memory answers only while this process follows the expiries.
      if (local) feed.start()
      return (shared ? undefined : local?.getLastExpiry(recorded)) ?? fetchLastExpiry(recorded)
    },
  }
}
