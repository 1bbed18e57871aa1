import type { WorkerContext } from './context.ts'
import { GROUP, parseFieldPairs } from './messageStream.ts'

/** The state of a worker and of its queues. */
export interface WorkerStatus {
  /** Whether it reaches Redis, listens, and gets on with its messages. */
  readonly healthy: boolean
  /** `waiting` is not told by Redis before 7. */
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

/** @param working whether the worker's own parts get on */
export async function readStatus(
  { connection, keys }: WorkerContext,
  working: boolean,
): Promise<WorkerStatus> {
  try {
    return await connection.runGuarded(async (redis) => {
      const [waiting, rebuilding, failing, deadLetters, groups, info] = await Promise.all([
        redis.zcard(keys.rebuildQueue),
        redis.zcard(keys.rebuildActive),
        redis.hlen(keys.rebuildFailures),
        redis.llen(keys.deadLetters),
        redis.xinfo('GROUPS', keys.messages).catch(() => []),
        redis.xinfo('STREAM', keys.messages).catch(() => []),
      ])
      const group = (groups as unknown[][]).map(parseFieldPairs).find(({ name }) => name === GROUP)
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

/** A server that was restarted may have counted wrong. */
function getLag(group: Record<string, unknown> | undefined, info: Record<string, unknown>): number | null {
  if (group?.['last-delivered-id'] === info['last-generated-id']) return 0
  return typeof group?.lag === 'number' ? group.lag : null
}
