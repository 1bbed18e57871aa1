import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { contentCacheError } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import { runExpire, runRefresh, type ScriptContext } from './scripts.ts'

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
/** Of a refresh over the dependants of one object. */
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

  /**
   * Marks what there is when it begins, in batches. A fill between two of them may have embedded what was not
   * marked yet, and be stored where the scan had passed. So it begins again until it finds nothing; should
   * that go on, what is left is expired.
   */
  async function refreshOne(line: Line, object: string, progress: () => void): Promise<number> {
    let touched = 0
    for (let pass = 1; ; pass++) {
      if (pass > PASSES) return touched + (await expireChunk(line, [object], progress))
      let cursor = '0'
      let batches = 0
      let found = 0
      do {
        const from = cursor
        const reply = await line((redis) =>
          runRefresh(context(redis), object, { cursor: from, size: batchSize, newEpoch: randomUUID() }),
        )
        took([object], reply)
        progress()
        cursor = reply.cursor
        found += reply.touched
        batches++
      } while (cursor !== '0')
      touched += found
      if (batches === 1 || found === 0) return touched
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
      for (const object of objects) touched += await refreshOne(line, object, progress)
      await replicated(line)
      return touched
    },

    replicated,
  }
}
