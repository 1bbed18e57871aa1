import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const startEpochScript = defineScript(lua.startEpoch)

/** @returns the clock */
export async function runStartEpoch({ redis, keys }: ScriptContext, epoch: string): Promise<number> {
  const redisKeys = [keys.epoch, keys.clock, keys.due, keys.fence, keys.paths]
  return (await startEpochScript(redis, redisKeys, [epoch])) as number
}
