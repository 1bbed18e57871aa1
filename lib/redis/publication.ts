import * as lua from './lua.gen.ts'
import { defineScript } from './script.ts'
import type { ScriptContext } from './scripts.ts'

const publishScript = defineScript(lua.publish)

/** About how many messages the stream keeps: what a worker that was away may have missed. */
const STREAM_LENGTH = 100_000

export interface Published {
  /** In the stream. */
  readonly place: string
  readonly listeners: number
}

/** @param message the text of a JSON object that is not empty */
export async function runPublish(
  { redis, keys }: Pick<ScriptContext, 'redis' | 'keys'>,
  channel: string,
  message: string,
): Promise<Published> {
  const reply = await publishScript(redis, [keys.messages], [channel, STREAM_LENGTH, message])
  const [place, listeners] = reply as [Buffer, number]
  return { place: String(place), listeners }
}
