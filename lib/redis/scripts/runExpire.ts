import * as lua from '../lua.gen.ts'
import { type ClockScriptContext, defineScript } from './defineScript.ts'

const expireScript = defineScript(lua.expire)

export interface ExpireReply {
  readonly hasMore: boolean
  readonly removed: number
  readonly clock: number
  readonly epoch: string
}

export async function runExpire(
  { redis, keys, retentionMs }: ClockScriptContext,
  objects: readonly string[],
  batch: { isFirst: boolean; size: number; newEpoch: string },
): Promise<ExpireReply> {
  const sets = objects.map((object) => keys.object(object))
  const redisKeys = [keys.epoch, keys.clock, keys.fence, keys.log, keys.due, keys.paths, ...sets]
  const { isFirst, size, newEpoch } = batch
  const logged = JSON.stringify(objects)
  const args = [
    isFirst ? 'first' : 'next',
    size,
    retentionMs,
    keys.reversePrefix,
    newEpoch,
    logged,
    ...objects,
  ]
  const reply = (await expireScript(redis, redisKeys, args)) as [Buffer, number, number, Buffer]
  const [state, removed, clock, epoch] = reply
  return { hasMore: String(state) === 'more', removed, clock, epoch: String(epoch) }
}
