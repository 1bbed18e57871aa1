import type { WorkerContext } from './context.ts'
import { GROUP, pairs, textOf } from './messageStream.ts'

/** The texts of messages that no worker has read yet, the oldest first. */
export async function readWaitingMessages(
  { connection, keys }: WorkerContext,
  most: number,
): Promise<string[]> {
  return connection.forExpiring(async (redis) => {
    const groups = (await redis.xinfo('GROUPS', keys.messages).catch(() => [])) as unknown[][]
    const last = groups.map(pairs).find(({ name }) => name === GROUP)?.['last-delivered-id']
    const entries = await redis.xrange(keys.messages, last ? `(${last}` : '-', '+', 'COUNT', most)
    return entries.map(([, fields]) => textOf(fields))
  })
}
