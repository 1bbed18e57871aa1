import * as lua from '../lua.gen.ts'
import { STREAM_MAX_LENGTH } from '../protocol.gen.ts'
import { defineScript, type ScriptContext } from './defineScript.ts'

const publishScript = defineScript(lua.publish)

export interface PublishReply {
  /** Id of the message in the stream. */
  readonly streamId: string
  readonly listeners: number
}

/** @param message a JSON object with at least one field, as a string */
export async function runPublish(
  { redis, keys }: ScriptContext,
  channel: string,
  message: string,
): Promise<PublishReply> {
  const reply = await publishScript(redis, [keys.messages], [channel, STREAM_MAX_LENGTH, message])
  const [streamId, listeners] = reply as [Buffer, number]
  return { streamId: String(streamId), listeners }
}
