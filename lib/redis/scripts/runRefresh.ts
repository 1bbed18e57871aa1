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

/** @param batch.cursor in the set of the first object; `'0'` at its beginning */
export async function runRefresh(
  { redis, keys, retentionMs }: ClockScriptContext,
  objects: readonly string[],
  batch: { cursor: string; size: number; newEpoch: string },
): Promise<RefreshReply> {
  const { cursor, size, newEpoch } = batch
  const sets = objects.map((object) => keys.object(object))
  const redisKeys = [keys.epoch, keys.clock, keys.fence, keys.log, keys.due, keys.paths, ...sets]
  const prefixes = [keys.fragmentPrefix, keys.reversePrefix]
  const mark = [STALE_MARK_OFFSET, STALE_MARK]
  const args = [cursor, size, retentionMs, ...prefixes, ...mark, newEpoch, ...objects]
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
