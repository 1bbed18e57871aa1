import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { contentCacheError } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import { type RefreshReply, runExpire, runRefresh, type ScriptContext } from './scripts.ts'

export interface ExpiryParts {
  context(redis: Redis): ScriptContext
  /** About how many members of sets one script may touch. */
  readonly batchSize: number
  readonly waitReplicas: number
  readonly timeout: number
  /** Told of each batch that Redis has done. */
  took(objects: readonly string[], reply: { epoch: string; clock: number }): void
}

/** A connection that stays the same from the first command to the last. */
export type Line = ReturnType<Connection['onOneLine']>

/** Objects that one script stamps: bounds how long it runs. */
const OBJECTS_PER_CALL = 200
/** Scans that a refresh makes of the dependants of one object. */
const PASSES = 5

/** Expires and refreshes in batches of bounded size, so that no script blocks the server. */
export function createExpiry({ context, batchSize, waitReplicas, timeout, took }: ExpiryParts) {
  async function expireChunk(line: Line, objects: readonly string[], progress: () => void): Promise<number> {
    let removed = 0
    for (let first = true; ; first = false) {
      const reply = await line((redis) =>
        runExpire(context(redis), objects, { first, size: batchSize, newEpoch: randomUUID() }),
      )
      took(objects, reply)
      progress()
      removed += reply.removed
      if (!reply.more) return removed
    }
  }

  async function refreshBatch(
    line: Line,
    objects: readonly string[],
    cursor: string,
    progress: () => void,
  ): Promise<RefreshReply> {
    const reply = await line((redis) =>
      runRefresh(context(redis), objects, { cursor, size: batchSize, newEpoch: randomUUID() }),
    )
    took(objects.slice(0, reply.scanned), reply)
    progress()
    return reply
  }

  /**
   * Goes on with an object whose dependants are too many for one batch. A fill between two batches may have
   * embedded an entry that was not marked yet, and be stored where the scan had already passed. So the scan is
   * repeated until it finds nothing. Should that not end, the object is expired.
   *
   * @param begun the reply to the first batch
   * @returns how many entries the further batches touched
   */
  async function refreshRest(
    line: Line,
    object: string,
    begun: RefreshReply,
    progress: () => void,
  ): Promise<number> {
    let { cursor, touchedInLast: found } = begun
    let touched = 0
    for (let pass = 1; ; ) {
      while (cursor !== '0') {
        const reply = await refreshBatch(line, [object], cursor, progress)
        cursor = reply.cursor
        found += reply.touched
        touched += reply.touched
      }
      if (found === 0) return touched
      if (++pass > PASSES) return touched + (await expireChunk(line, [object], progress))
      const first = await refreshBatch(line, [object], '0', progress)
      cursor = first.cursor
      found = first.touched
      touched += first.touched
      // All in one batch: no fill can come between.
      if (cursor === '0') return touched
    }
  }

  /** Redis waits for what this very line has written, so it must be the line of the expiry. */
  async function replicated(line: Line): Promise<void> {
    if (waitReplicas === 0) return
    const reached = await line((redis) => redis.wait(waitReplicas, timeout))
    if (reached < waitReplicas) throw contentCacheError('CC_REDIS_REPLICAS', [reached, waitReplicas])
  }

  return {
    async expire(line: Line, objects: readonly string[], progress: () => void): Promise<number> {
      let removed = 0
      for (let start = 0; start < objects.length; start += OBJECTS_PER_CALL) {
        removed += await expireChunk(line, objects.slice(start, start + OBJECTS_PER_CALL), progress)
      }
      await replicated(line)
      return removed
    },

    async refresh(line: Line, objects: readonly string[], progress: () => void): Promise<number> {
      let touched = 0
      let size = OBJECTS_PER_CALL
      for (let start = 0; start < objects.length; ) {
        const some = objects.slice(start, start + size)
        const reply = await refreshBatch(line, some, '0', progress)
        touched += reply.touched
        start += reply.scanned
        if (reply.cursor !== '0')
          touched += await refreshRest(line, some[reply.scanned - 1] as string, reply, progress)
        // Objects that do not fit into a batch would be sent again and again.
        size = Math.min(OBJECTS_PER_CALL, 2 * reply.scanned)
      }
      await replicated(line)
      return touched
    },

    replicated,
  }
}
