import { parseFieldPairs, readGroup } from './consumerGroup.ts'
import type { WorkerContext } from './context.ts'

/** The state of a worker and of its queues. */
export interface WorkerStatus {
  /** Whether the worker reaches Redis, listens to the channel, and is not stuck in a batch of messages. */
  readonly healthy: boolean
  /** `waiting` is null with Redis before 7, which does not report it. */
  readonly messages: { readonly waiting: number | null; readonly processing: number }
  readonly routes: { readonly waiting: number; readonly rebuilding: number; readonly failing: number }
  readonly deadLetters: number
}

const UNKNOWN: WorkerStatus = {
  healthy: false,
  messages: { waiting: null, processing: 0 },
  routes: { waiting: 0, rebuilding: 0, failing: 0 },
  deadLetters: 0,
}

/** @param working whether the worker's own parts are healthy */
export async function readStatus(
  { connection, keys }: WorkerContext,
  working: boolean,
): Promise<WorkerStatus> {
  try {
    return await connection.runThroughBreaker(async (redis) => {
      const [waiting, rebuilding, failing, deadLetters, group, info] = await Promise.all([
        redis.zcard(keys.rebuildQueue),
        redis.zcard(keys.rebuildActive),
        redis.hlen(keys.rebuildFailures),
        redis.llen(keys.deadLetters),
        readGroup(redis, keys.messages).catch(() => undefined),
        redis.xinfo('STREAM', keys.messages).catch(() => []),
      ])
      return {
        healthy: working,
        messages: {
          waiting: getLag(group, parseFieldPairs(info)),
          processing: Number(group?.pending ?? 0),
        },
        routes: { waiting, rebuilding, failing },
        deadLetters,
      }
    })
  } catch {
    return UNKNOWN
  }
}

/** The lag that Redis reports may be wrong after a restart, so equal ids count as no lag. */
function getLag(group: Record<string, unknown> | undefined, info: Record<string, unknown>): number | null {
  if (group?.['last-delivered-id'] === info['last-generated-id']) return 0
  return typeof group?.lag === 'number' ? group.lag : null
}
