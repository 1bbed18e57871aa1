import type { WorkerContext } from './context.ts'
import { GROUP, pairs } from './messageStream.ts'

export interface WorkerStatus {
  /** Whether it reaches Redis, listens, and gets on with its messages. */
  readonly healthy: boolean
  /** `waiting` is not told by Redis before 7. */
  readonly messages: { readonly waiting: number | null; readonly beingHandled: number }
  readonly routes: { readonly waiting: number; readonly beingRebuilt: number; readonly failing: number }
  readonly deadLetters: number
}

const UNKNOWN: WorkerStatus = {
  healthy: false,
  messages: { waiting: null, beingHandled: 0 },
  routes: { waiting: 0, beingRebuilt: 0, failing: 0 },
  deadLetters: 0,
}

/** @param working whether the worker's own parts get on */
export async function readStatus(
  { connection, keys }: WorkerContext,
  working: boolean,
): Promise<WorkerStatus> {
  try {
    return await connection.forReading(async (redis) => {
      const [waiting, beingRebuilt, failing, deadLetters, groups, about] = await Promise.all([
        redis.zcard(keys.rebuild),
        redis.zcard(keys.rebuilding),
        redis.hlen(keys.failures),
        redis.llen(keys.dead),
        redis.xinfo('GROUPS', keys.messages).catch(() => []),
        redis.xinfo('STREAM', keys.messages).catch(() => []),
      ])
      const group = (groups as unknown[][]).map(pairs).find(({ name }) => name === GROUP)
      return {
        healthy: working,
        messages: {
          waiting: lagOf(group, pairs(about)),
          beingHandled: Number(group?.pending ?? 0),
        },
        routes: { waiting, beingRebuilt, failing },
        deadLetters,
      }
    })
  } catch {
    return UNKNOWN
  }
}

/** A server that was restarted may have counted wrong. */
function lagOf(group: Record<string, unknown> | undefined, about: Record<string, unknown>): number | null {
  if (group?.['last-delivered-id'] === about['last-generated-id']) return 0
  return typeof group?.lag === 'number' ? group.lag : null
}
