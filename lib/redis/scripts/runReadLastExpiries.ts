import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const readLastExpiriesScript = defineScript(lua.readLastExpiries)

export interface LastExpiriesReply {
  /** Empty when no epoch has begun yet. */
  readonly epoch: string
  readonly clock: number
  /** For each object the clock at which it may last have been expired. */
  readonly clocks: readonly number[]
}

export async function runReadLastExpiries(
  { redis, keys }: ScriptContext,
  objects: readonly string[],
): Promise<LastExpiriesReply> {
  const reply = await readLastExpiriesScript(redis, [keys.epoch, keys.clock, keys.paths], objects)
  const [epoch, clock, ...clocks] = reply as [Buffer, number, ...number[]]
  return { epoch: String(epoch), clock, clocks }
}
