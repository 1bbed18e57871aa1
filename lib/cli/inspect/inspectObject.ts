import type { Redis } from 'ioredis'
import { execPipeline } from '../connect.ts'
import { scanMembers } from '../scan.ts'
import type { Target } from '../target.ts'

export interface ObjectView {
  readonly kind: 'object'
  readonly object: string
  readonly fullKey: string
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
  const fullKey = keys.object(object)
  const type = await redis.type(fullKey)
  const pipeline = redis.pipeline().zscore(keys.fence, object).get(keys.clock)
  const [stamp, clock] = await execPipeline(pipeline)
  if (type !== 'set' && typeof stamp !== 'string') return undefined
  const names = new Set<string>()
  let total = 0
  if (type === 'set') {
    total = await redis.scard(fullKey)
    for await (const members of scanMembers(redis, fullKey)) {
      for (const member of members) if (names.size < limit) names.add(member)
      if (names.size >= limit) break
    }
  }
  const exist = redis.pipeline()
  for (const name of names) exist.exists(name)
  const replies = await execPipeline(exist)
  return {
    kind: 'object',
    object,
    fullKey,
    total,
    caches: [...names].map((name, index) => ({
      name,
      fragment: keys.parseFragmentKey(name) ?? null,
      exists: replies[index] === 1,
    })),
    lastExpiry: typeof stamp === 'string' ? Number(stamp) : null,
    clock: Number(clock ?? 0),
  }
}
