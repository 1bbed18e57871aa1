import type { Redis } from 'ioredis'
import { execPipeline } from '../connect.ts'
import { scanMembers } from '../scan.ts'
import type { Target } from '../target.ts'

export interface ObjectView {
  readonly kind: 'object'
  readonly object: string
  readonly redisKey: string
  /** Number of caches that show the object, including those of other programs. `caches` has the first few. */
  readonly total: number
  readonly caches: readonly {
    readonly name: string
    readonly fragment: string | null
    readonly exists: boolean
  }[]
  /** Value of the expiry clock at the last expiry; `null` if there was none recently. */
  readonly lastExpiry: number | null
  readonly clock: number
}

export async function inspectObject(
  redis: Redis,
  { keys }: Target,
  object: string,
  limit: number,
): Promise<ObjectView | undefined> {
  const redisKey = keys.object(object)
  const type = await redis.type(redisKey)
  const pipeline = redis.pipeline().zscore(keys.fence, object).get(keys.clock)
  const [stamp, clock] = await execPipeline(pipeline)
  if (type !== 'set' && typeof stamp !== 'string') return undefined
  const caches = new Set<string>()
  let total = 0
  if (type === 'set') {
    total = await redis.scard(redisKey)
    for await (const members of scanMembers(redis, redisKey)) {
      for (const member of members) if (caches.size < limit) caches.add(member)
      if (caches.size >= limit) break
    }
  }
  const exist = redis.pipeline()
  for (const cache of caches) exist.exists(cache)
  const replies = await execPipeline(exist)
  return {
    kind: 'object',
    object,
    redisKey,
    total,
    caches: [...caches].map((name, index) => ({
      name,
      fragment: keys.parseFragmentKey(name) ?? null,
      exists: replies[index] === 1,
    })),
    lastExpiry: typeof stamp === 'string' ? Number(stamp) : null,
    clock: Number(clock ?? 0),
  }
}
