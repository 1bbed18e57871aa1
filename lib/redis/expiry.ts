import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createContentCacheError } from '../core/errors.ts'
import type { PinnedRunner } from './connection.ts'
import { MAX_REFRESH_PASSES, OBJECTS_PER_CALL } from './protocol.gen.ts'
import { type RefreshReply, runExpire, runRefresh, type ScriptContext } from './scripts.ts'

export interface ExpiryParts {
  context(redis: Redis): ScriptContext
  /** About how many members of sets one script may touch. */
  readonly batchSize: number
  readonly waitReplicas: number
  readonly timeout: number
  /** Told of each batch that Redis has done. */
  onBatchApplied(objects: readonly string[], reply: { epoch: string; clock: number }): void
}

/** Expires and refreshes in batches of bounded size, so that no script blocks the server. */
export function createExpiry({ context, batchSize, waitReplicas, timeout, onBatchApplied }: ExpiryParts) {
  async function expireChunk(
    run: PinnedRunner,
    objects: readonly string[],
    progress: () => void,
  ): Promise<number> {
    let removed = 0
    for (let first = true; ; first = false) {
      const reply = await run((redis) =>
        runExpire(context(redis), objects, { first, size: batchSize, newEpoch: randomUUID() }),
      )
      onBatchApplied(objects, reply)
      progress()
      removed += reply.removed
      if (!reply.more) return removed
    }
  }

  async function refreshBatch(
    run: PinnedRunner,
    objects: readonly string[],
    cursor: string,
    progress: () => void,
  ): Promise<RefreshReply> {
    const reply = await run((redis) =>
      runRefresh(context(redis), objects, { cursor, size: batchSize, newEpoch: randomUUID() }),
    )
    onBatchApplied(objects.slice(0, reply.scanned), reply)
    progress()
    return reply
  }

  /**
   * Goes on with an object whose dependants are too many for one batch. A fill between two batches may have
   * embedded an entry that was not marked yet, and be stored where the scan had already passed. So the scan is
   * repeated until it finds nothing. Should that not end, the object is expired.
   *
   * @param firstBatch the reply to the first batch
   * @returns how many entries the further batches touched
   */
  async function refreshRest(
    run: PinnedRunner,
    object: string,
    firstBatch: RefreshReply,
    progress: () => void,
  ): Promise<number> {
    let { cursor, touchedInLast } = firstBatch
    let touched = 0
    for (let pass = 1; ; ) {
      while (cursor !== '0') {
        const reply = await refreshBatch(run, [object], cursor, progress)
        cursor = reply.cursor
        touchedInLast += reply.touched
        touched += reply.touched
      }
      if (touchedInLast === 0) return touched
      if (++pass > MAX_REFRESH_PASSES) return touched + (await expireChunk(run, [object], progress))
      const first = await refreshBatch(run, [object], '0', progress)
      cursor = first.cursor
      touchedInLast = first.touched
      touched += first.touched
      // All in one batch: no fill can come between.
      if (cursor === '0') return touched
    }
  }

  /** Redis waits for what this very line has written, so it must be the line of the expiry. */
  async function waitForReplicas(run: PinnedRunner): Promise<void> {
    if (waitReplicas === 0) return
    const reached = await run((redis) => redis.wait(waitReplicas, timeout))
    if (reached < waitReplicas) throw createContentCacheError('CC_REDIS_REPLICAS', [reached, waitReplicas])
  }

  return {
    async expire(run: PinnedRunner, objects: readonly string[], progress: () => void): Promise<number> {
      let removed = 0
      for (let start = 0; start < objects.length; start += OBJECTS_PER_CALL) {
        removed += await expireChunk(run, objects.slice(start, start + OBJECTS_PER_CALL), progress)
      }
      await waitForReplicas(run)
      return removed
    },

    async refresh(run: PinnedRunner, objects: readonly string[], progress: () => void): Promise<number> {
      let touched = 0
      let size = OBJECTS_PER_CALL
      for (let start = 0; start < objects.length; ) {
        const some = objects.slice(start, start + size)
        const reply = await refreshBatch(run, some, '0', progress)
        touched += reply.touched
        start += reply.scanned
        if (reply.cursor !== '0')
          touched += await refreshRest(run, some[reply.scanned - 1] as string, reply, progress)
        // Objects that do not fit into a batch would be sent again and again.
        size = Math.min(OBJECTS_PER_CALL, 2 * reply.scanned)
      }
      await waitForReplicas(run)
      return touched
    },

    waitForReplicas,
  }
}
