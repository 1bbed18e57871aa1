import { STALE_MARK, STALE_MARK_OFFSET } from '../../core/protocol.gen.ts'
import * as lua from '../lua.gen.ts'
import { type ClockScriptContext, defineScript } from './defineScript.ts'

const refreshScript = defineScript(lua.refresh)

export interface RefreshReply {
  /** The cursor in the set of the last object that was scanned. `'0'` when that set is done. */
  readonly cursor: string
  /** The number of objects whose sets were scanned, from the first on. All sets but the last are done. */
  readonly scanned: number
  readonly touched: number
  /** The part of `touched` that was in the set of the last object. */
  readonly touchedInLast: number
  readonly clock: number
  readonly epoch: string
}

export interface RefreshBatch {
  /** In the set of the first object; `'0'` at its beginning. */
  readonly cursor: string
  readonly size: number
  readonly newEpoch: string
  /** After these milliseconds entries that were not replaced are discarded. Infinite for never. */
  readonly discardAfterMs: number
}

export async function runRefresh(
  { redis, keys, retentionMs }: ClockScriptContext,
  objects: readonly string[],
  batch: RefreshBatch,
): Promise<RefreshReply> {
  const { cursor, size, newEpoch, discardAfterMs } = batch
  const discardAfter = Number.isFinite(discardAfterMs) ? Math.max(1, Math.ceil(discardAfterMs)) : 0
  const sets = objects.map((object) => keys.object(object))
  const redisKeys = [keys.epoch, keys.clock, keys.fence, keys.log, keys.due, keys.paths, ...sets]
  const prefixes = [keys.fragmentPrefix, keys.reversePrefix]
  const mark = [STALE_MARK_OFFSET, STALE_MARK]
  const args = [cursor, size, retentionMs, ...prefixes, ...mark, newEpoch, discardAfter, ...objects]
  const reply = await refreshScript(redis, redisKeys, args)
  const [next, touched, clock, epoch, scanned, touchedInLast] = reply as [
    Buffer,
    number,
    number,
    Buffer,
    number,
    number,
  ]
  return { cursor: String(next), scanned, touched, touchedInLast, clock, epoch: String(epoch) }
}
