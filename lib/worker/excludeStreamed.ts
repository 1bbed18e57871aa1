import { parseMessage } from '../messages/parseMessage.ts'
import { parseStreamRef, type StreamRef } from '../messages/streamRef.ts'
import type { WorkerContext } from './context.ts'

/** Leaves out messages with a reference to an existing stream entry, because the worker reads them from the stream. */
export async function excludeStreamed(
  { connection, keys }: Pick<WorkerContext, 'connection' | 'keys'>,
  texts: readonly string[],
): Promise<string[]> {
  const refs = texts.map(getStreamRef)
  const ids = refs.filter((ref) => ref?.stream === keys.messages).map((ref) => ref?.id ?? '')
  const streamedIds = new Set<string>()
  if (ids.length > 0) {
    const replies = await connection.runPastBreaker((redis) => {
      const pipeline = redis.pipeline()
      for (const id of ids) pipeline.xrange(keys.messages, id, id)
      return pipeline.exec()
    })
    for (const [index, [error, entries]] of (replies ?? []).entries()) {
      if (error && !isInvalidIdError(error)) throw error
      if (Array.isArray(entries) && entries.length > 0) streamedIds.add(ids[index] as string)
    }
  }
  return texts.filter((_, index) => {
    const ref = refs[index]
    // A message that refers to another stream is for another site on the same channel.
    return ref === undefined || (ref.stream === keys.messages && !streamedIds.has(ref.id))
  })
}

/** A server with narrower ids than Redis has no entry with the id. Another attempt would fail as well. */
function isInvalidIdError({ message }: Error): boolean {
  return message.includes('Invalid stream ID')
}

function getStreamRef(text: string): StreamRef | undefined {
  try {
    const { stream } = parseMessage(text)
    return stream === undefined ? undefined : parseStreamRef(stream)
  } catch {
    // The handler rejects the invalid message.
    return undefined
  }
}
