import type { Redis } from 'ioredis'
import type { RedisKeys } from '../../lib/redis/redisKeys.ts'

/** As a fail-over to a replica that lacked the last expiry: the clock falls back, and the log knows nothing of it. */
export async function loseLastExpiry(client: Redis, { clock, log }: RedisKeys): Promise<void> {
  const [[last] = []] = await client.xrevrange(log, '+', '-', 'COUNT', 1)
  if (last === undefined) throw new Error('There is no expiry to lose.')
  await client.multi().decr(clock).xdel(log, last).exec()
}
