import type { Redis } from 'ioredis'
import { createEntryCodec } from '../../core/entryCodec.ts'
import type { EntryHeader } from '../../core/entryHeader.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import { classifyEntry, type EntryStatus } from '../classifyEntry.ts'
import { execPipeline } from '../connect.ts'
import { formatDate } from '../render/formatNumber.ts'
import type { Target } from '../target.ts'

export interface FragmentView {
  readonly kind: 'fragment'
  readonly key: string
  /** In Redis. */
  readonly fullKey: string
  /** `stale` is served while another is made; what is none of the first two the site does not serve. */
  readonly state: 'fresh' | 'stale' | 'gone' | 'outdated' | 'unreadable' | 'other-format' | 'damaged'
  /** Of the whole entry. */
  readonly bytes: number
  /** Milliseconds until Redis drops it, `null` for never. */
  readonly droppedIn: number | null
  /** Somebody renders it anew. */
  readonly filling: boolean
  readonly header: HeaderView | null
}

export interface HeaderView {
  readonly name: string
  readonly createdAt: string | null
  /** `null` for until expired. */
  readonly staleAt: string | null
  readonly discardAt: string | null
  readonly markedStale: boolean
  readonly route: string | null
  /** `null` where the seal is unknown: it is not told from the payload then. */
  readonly payloadBytes: number | null
  readonly dependencies: readonly { readonly object: string; readonly indexed: boolean }[]
}

export async function inspectFragment(
  redis: Redis,
  { keys, secret }: Target,
  key: string,
): Promise<FragmentView | undefined> {
  const fullKey = keys.fragment(key)
  const pipeline = redis.pipeline().getBuffer(fullKey).pttl(fullKey)
  pipeline.exists(keys.lease(key)).get(keys.epoch).time()
  const [bytes, pttl, lease, epoch, time] = await execPipeline(pipeline)
  if (bytes === null) return undefined
  const base = {
    kind: 'fragment' as const,
    key,
    fullKey,
    // A key of another type has none to speak of.
    bytes: Buffer.isBuffer(bytes) ? bytes.byteLength : 0,
    droppedIn: Number(pttl) >= 0 ? Number(pttl) : null,
    filling: lease === 1,
  }
  const status: EntryStatus = Buffer.isBuffer(bytes)
    ? classifyEntry(
        createEntryCodec(keys.fragmentPrefix, secret),
        key,
        bytes,
        (epoch as string | null) ?? undefined,
      )
    : { state: 'damaged' }
  const { state, header } = status
  if (header === undefined) return { ...base, state, header: null }
  const now = Number((time as string[])[0]) * 1000
  return {
    ...base,
    state: state === 'readable' ? evaluateFreshness(header, now) : state,
    header: {
      name: header.name,
      createdAt: formatDate(header.createdAt),
      staleAt: formatDate(header.staleAt),
      discardAt: formatDate(header.discardAt),
      markedStale: header.markedStale,
      route: header.route ?? null,
      payloadBytes: 'payloadBytes' in status ? status.payloadBytes : null,
      dependencies: await readDependencies(redis, keys, fullKey, header.dependencies),
    },
  }
}

function evaluateFreshness(
  { staleAt, discardAt, markedStale }: EntryHeader,
  now: number,
): 'fresh' | 'stale' | 'gone' {
  if (now >= discardAt) return 'gone'
  return markedStale || now >= staleAt ? 'stale' : 'fresh'
}

async function readDependencies(redis: Redis, keys: RedisKeys, fullKey: string, objects: readonly string[]) {
  const pipeline = redis.pipeline()
  for (const object of objects) pipeline.sismember(keys.object(object), fullKey)
  const replies = await execPipeline(pipeline)
  return objects.map((object, index) => ({ object, indexed: replies[index] === 1 }))
}
