import * as lua from '../lua.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const publishScript = defineScript(lua.publish)

/** About how many messages the stream keeps: what a worker that was away may have missed. */
const STREAM_LENGTH = 100_000

export interface PublishReply {
  /** In the stream. */
  readonly streamId: string
  readonly listeners: number
}

/** @param message the text of a JSON object that is not empty */
export async function runPublish(
  { redis, keys }: ScriptContext,
  channel: string,
  message: string,
): Promise<PublishReply> {
  const reply = await publishScript(redis, [keys.messages], [channel, STREAM_LENGTH, message])
  const [streamId, listeners] = reply as [Buffer, number]
  return { streamId: String(streamId), listeners }
}
