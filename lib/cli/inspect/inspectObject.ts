import type { Redis } from 'ioredis'
import { type EntryKind, getEntryKind, getEntryKindOfKey } from '../../core/entryKind.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import { execPipeline } from '../connect.ts'
import { readHeaders } from '../readHeaders.ts'
import { scanMembers } from '../scan.ts'
import type { Target } from '../target.ts'

export interface ObjectView {
  readonly kind: 'object'
  readonly object: string
  readonly redisKey: string
  /** Number of caches that show the object, including those of other programs. `caches` has the first few of each kind. */
  readonly total: number
  readonly caches: readonly CacheView[]
  /** Value of the expiry clock at the last expiry; `null` if there was none recently. */
  readonly lastExpiry: number | null
  readonly clock: number
}

export interface CacheView {
  /** The Redis key. */
  readonly name: string
  /** The key of the entry, of whatever kind; `null` for a cache of another program or namespace. */
  readonly fragment: string | null
  /** `null` for a cache of another program or namespace. */
  readonly kind: EntryKind | null
  /** Path and search of the page that this is, or that has filled it; `null` if unknown. */
  readonly route: string | null
  readonly exists: boolean
}

/** @param limit maximum number of caches of each kind */
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
  const isSet = type === 'set'
  return {
    kind: 'object',
    object,
    redisKey,
    total: isSet ? await redis.scard(redisKey) : 0,
    caches: isSet ? await describeCaches(redis, keys, await listCaches(redis, keys, redisKey, limit)) : [],
    lastExpiry: typeof stamp === 'string' ? Number(stamp) : null,
    clock: Number(clock ?? 0),
  }
}

/** Reads all members, because the few pages of an object may come after many fragments. */
async function listCaches(redis: Redis, keys: RedisKeys, set: string, limit: number): Promise<string[]> {
  const namesByKind = new Map<EntryKind | null, Set<string>>()
  for await (const members of scanMembers(redis, set)) {
    for (const member of members) {
      const key = keys.parseFragmentKey(member)
      const kind = key === undefined ? null : getEntryKindOfKey(key)
      const names = namesByKind.get(kind) ?? new Set()
      namesByKind.set(kind, names)
      if (names.size < limit) names.add(member)
    }
  }
  return [...namesByKind.values()].flatMap((names) => [...names])
}

async function describeCaches(redis: Redis, keys: RedisKeys, names: readonly string[]): Promise<CacheView[]> {
  const exist = redis.pipeline()
  for (const name of names) exist.exists(name)
  const replies = await execPipeline(exist)
  const own = names.filter((name) => keys.parseFragmentKey(name) !== undefined)
  const headers = new Map((await readHeaders(redis, own)).map(({ redisKey, header }) => [redisKey, header]))
  return names.map((name, index) => {
    const fragment = keys.parseFragmentKey(name) ?? null
    const header = headers.get(name)
    const kindOfKey = fragment === null ? null : getEntryKindOfKey(fragment)
    const kind = header ? getEntryKind(header.name) : kindOfKey
    return { name, fragment, kind, route: header?.route ?? null, exists: replies[index] === 1 }
  })
}
