import { defineScript } from './defineScript.ts'
import * as lua from './lua.gen.ts'
import { STREAM_MAX_LENGTH } from './protocol.gen.ts'
import type { ScriptContext } from './scripts.ts'

const publishScript = defineScript(lua.publish)

export interface PublishReply {
  /** In the stream. */
  readonly streamId: string
  readonly listeners: number
}

/** @param message the text of a JSON object that is not empty */
export async function runPublish(
  { redis, keys }: Pick<ScriptContext, 'redis' | 'keys'>,
  channel: string,
  message: string,
): Promise<PublishReply> {
  const reply = await publishScript(redis, [keys.messages], [channel, STREAM_MAX_LENGTH, message])
  const [streamId, listeners] = reply as [Buffer, number]
  return { streamId: String(streamId), listeners }
}
