import type { WorkerContext } from './context.ts'
import { GROUP, getMessageText, parseFieldPairs } from './messageStream.ts'

/** The texts of messages that no worker has read yet, the oldest first. */
export async function readWaitingMessages(
  { connection, keys }: WorkerContext,
  limit: number,
): Promise<string[]> {
  return connection.runAlways(async (redis) => {
    const groups = (await redis.xinfo('GROUPS', keys.messages).catch(() => [])) as unknown[][]
    const last = groups.map(parseFieldPairs).find(({ name }) => name === GROUP)?.['last-delivered-id']
    const entries = await redis.xrange(keys.messages, last ? `(${last}` : '-', '+', 'COUNT', limit)
    return entries.map(([, fields]) => getMessageText(fields))
  })
}
