import type { Redis } from 'ioredis'
import { createEntryCodec } from '../../core/entryCodec.ts'
import type { EntryHeader } from '../../core/entryHeader.ts'
import { type EntryKind, getEntryKind, getEntryKindOfKey } from '../../core/entryKind.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import { classifyEntry, type EntryStatus } from '../classifyEntry.ts'
import { execPipeline } from '../connect.ts'
import { formatDate } from '../render/formatNumber.ts'
import type { Target } from '../target.ts'

export interface FragmentView {
  readonly kind: 'fragment'
  readonly entryKind: EntryKind
  readonly key: string
  readonly redisKey: string
  /** The site serves fragments that are `fresh`, or `stale` while it renders a new copy. It serves no others. */
  readonly state: 'fresh' | 'stale' | 'gone' | 'outdated' | 'unreadable' | 'other-format' | 'damaged'
  /** Size of the whole entry. */
  readonly bytes: number
  /** Time until Redis removes the entry; `null` for never. */
  readonly ttlMs: number | null
  /** Whether a process holds the lease to render it. */
  readonly filling: boolean
  readonly header: HeaderView | null
}

export interface HeaderView {
  readonly name: string
  readonly createdAt: string | null
  /** `null` if the fragment stays fresh until it is expired. */
  readonly staleAt: string | null
  readonly discardAt: string | null
  readonly markedStale: boolean
  readonly route: string | null
  /** `null` if the signature does not match, because the entry may then have a signature of unknown length. */
  readonly payloadBytes: number | null
  readonly dependencies: readonly { readonly object: string; readonly indexed: boolean }[]
}

export async function inspectFragment(
  redis: Redis,
  { keys, secret }: Target,
  key: string,
): Promise<FragmentView | undefined> {
  const redisKey = keys.fragment(key)
  const pipeline = redis.pipeline().getBuffer(redisKey).pttl(redisKey)
  pipeline.exists(keys.lease(key)).get(keys.epoch).time()
  const [bytes, pttl, lease, epoch, time] = await execPipeline(pipeline)
  if (bytes === null) return undefined
  const base = {
    kind: 'fragment' as const,
    entryKind: getEntryKindOfKey(key),
    key,
    redisKey,
    // A key of another type has no entry size.
    bytes: Buffer.isBuffer(bytes) ? bytes.byteLength : 0,
    ttlMs: Number(pttl) >= 0 ? Number(pttl) : null,
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
    entryKind: getEntryKind(header.name),
    state: state === 'readable' ? getLifetimeState(header, now) : state,
    header: {
      name: header.name,
      createdAt: formatDate(header.createdAt),
      staleAt: formatDate(header.staleAt),
      discardAt: formatDate(header.discardAt),
      markedStale: header.markedStale,
      route: header.route ?? null,
      payloadBytes: 'payloadBytes' in status ? status.payloadBytes : null,
      dependencies: await readDependencies(redis, keys, redisKey, header.dependencies),
    },
  }
}

function getLifetimeState(
  { staleAt, discardAt, markedStale }: EntryHeader,
  now: number,
): 'fresh' | 'stale' | 'gone' {
  if (now >= discardAt) return 'gone'
  return markedStale || now >= staleAt ? 'stale' : 'fresh'
}

async function readDependencies(redis: Redis, keys: RedisKeys, redisKey: string, objects: readonly string[]) {
  const pipeline = redis.pipeline()
  for (const object of objects) pipeline.sismember(keys.object(object), redisKey)
  const replies = await execPipeline(pipeline)
  return objects.map((object, index) => ({ object, indexed: replies[index] === 1 }))
}
