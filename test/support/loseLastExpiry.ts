import type { Redis } from 'ioredis'
import type { RedisKeys } from '../../lib/redis/redisKeys.ts'

/** Simulates a failover to a replica without the last expiry: the clock goes back, and the log lacks the expiry. */
export async function loseLastExpiry(client: Redis, { clock, log }: RedisKeys): Promise<void> {
  const [[last] = []] = await client.xrevrange(log, '+', '-', 'COUNT', 1)
  if (last === undefined) throw new Error('There is no expiry to lose.')
  await client.multi().decr(clock).xdel(log, last).exec()
}
