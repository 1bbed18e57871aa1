import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { createContentCacheError } from '../../core/errors.ts'
import type { PinnedRunner } from '../connection/connection.ts'
import { MAX_REFRESH_PASSES, OBJECTS_PER_CALL } from '../protocol.gen.ts'
import type { ClockScriptContext } from '../scripts/defineScript.ts'
import { runExpire } from '../scripts/runExpire.ts'
import { type RefreshReply, runRefresh } from '../scripts/runRefresh.ts'

export interface ExpiryParts {
  context(redis: Redis): ClockScriptContext
  /** About how many members of sets one script may touch. */
  readonly batchSize: number
  readonly waitReplicas: number
  readonly timeout: number
  /** Called after each batch that Redis has applied. */
  onBatchApplied(objects: readonly string[], batch: AppliedBatch): void
}

/** When a batch was applied, and what it did. */
export interface AppliedBatch {
  readonly epoch: string
  readonly clock: number
  readonly mode: 'expire' | 'refresh'
}

export interface RefreshOptions {
  /** As for `FragmentStore.refresh`. */
  readonly discardAfterMs?: number
}

export interface Expiry {
  /** @returns how many caches were removed */
  expire(run: PinnedRunner, objects: readonly string[], progress: () => void): Promise<number>
  /** @returns how many fragments were marked stale, and how many caches of other programs were removed */
  refresh(
    run: PinnedRunner,
    objects: readonly string[],
    progress: () => void,
    options?: RefreshOptions,
  ): Promise<number>
  /** WAIT covers the writes of its own connection only, so `run` must be the runner of the expiry. */
  waitForReplicas(run: PinnedRunner): Promise<void>
}

/** Expires and refreshes in batches of bounded size, so that no script blocks the server. */
export function createExpiry(parts: ExpiryParts): Expiry {
  const { waitReplicas, timeout } = parts

  async function waitForReplicas(run: PinnedRunner): Promise<void> {
    if (waitReplicas === 0) return
    const reached = await run((redis) => redis.wait(waitReplicas, timeout))
    if (reached < waitReplicas) throw createContentCacheError('CC_REDIS_REPLICAS', [reached, waitReplicas])
  }

  return {
    async expire(run, objects, progress) {
      const batches = { ...parts, run, progress }
      let removed = 0
      for (let start = 0; start < objects.length; start += OBJECTS_PER_CALL) {
        removed += await expireChunk(batches, objects.slice(start, start + OBJECTS_PER_CALL))
      }
      await waitForReplicas(run)
      return removed
    },

    async refresh(run, objects, progress, { discardAfterMs = Infinity } = {}) {
      const batches = { ...parts, run, progress, discardAfterMs }
      let touched = 0
      let size = OBJECTS_PER_CALL
      for (let start = 0; start < objects.length; ) {
        const some = objects.slice(start, start + size)
        const reply = await refreshBatch(batches, some, '0')
        touched += reply.touched
        start += reply.scanned
        if (reply.cursor !== '0')
          touched += await refreshRest(batches, some[reply.scanned - 1] as string, reply)
        // With a fixed size, objects that do not fit into a batch would be sent again and again.
        size = Math.min(OBJECTS_PER_CALL, 2 * reply.scanned)
      }
      await waitForReplicas(run)
      return touched
    },

    waitForReplicas,
  }
}

/** Shared by the batches of one call. */
interface Batches extends ExpiryParts {
  readonly run: PinnedRunner
  progress(): void
}

async function expireChunk(
  { run, context, batchSize, onBatchApplied, progress }: Batches,
  objects: readonly string[],
): Promise<number> {
  let removed = 0
  let isFirst = true
  while (true) {
    const batch = { isFirst, size: batchSize, newEpoch: randomUUID() }
    const reply = await run((redis) => runExpire(context(redis), objects, batch))
    onBatchApplied(objects, { ...reply, mode: 'expire' })
    progress()
    removed += reply.removed
    if (!reply.hasMore) return removed
    isFirst = false
  }
}

interface RefreshBatches extends Batches {
  readonly discardAfterMs: number
}

async function refreshBatch(
  { run, context, batchSize, onBatchApplied, progress, discardAfterMs }: RefreshBatches,
  objects: readonly string[],
  cursor: string,
): Promise<RefreshReply> {
  const batch = { cursor, size: batchSize, newEpoch: randomUUID(), discardAfterMs }
  const reply = await run((redis) => runRefresh(context(redis), objects, batch))
  onBatchApplied(objects.slice(0, reply.scanned), { ...reply, mode: 'refresh' })
  progress()
  return reply
}

/**
 * Continues with an object that has too many dependents for one batch. A fill between two batches may have
 * embedded an entry that was not marked yet, and may be stored where the scan has already passed. So the scan is
 * repeated until it finds nothing. If it still finds entries after {@link MAX_REFRESH_PASSES}, the object is expired.
 *
 * @param firstBatch the reply to the first batch
 * @returns how many entries the further batches touched
 */
async function refreshRest(
  batches: RefreshBatches,
  object: string,
  firstBatch: RefreshReply,
): Promise<number> {
  let { cursor, touchedInLast } = firstBatch
  let touched = 0
  let pass = 1
  while (true) {
    while (cursor !== '0') {
      const reply = await refreshBatch(batches, [object], cursor)
      cursor = reply.cursor
      touchedInLast += reply.touched
      touched += reply.touched
    }
    if (touchedInLast === 0) return touched
    if (++pass > MAX_REFRESH_PASSES) return touched + (await expireChunk(batches, [object]))
    const first = await refreshBatch(batches, [object], '0')
    cursor = first.cursor
    touchedInLast = first.touched
    touched += first.touched
    // A pass of one batch leaves no room for a fill.
    if (cursor === '0') return touched
  }
}
