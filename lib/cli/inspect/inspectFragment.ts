import type { Redis } from 'ioredis'
import { createEntryCodec } from '../../core/entryCodec.ts'
import type { EntryHeader } from '../../core/entryHeader.ts'
import type { RedisKeys } from '../../redis/keys.ts'
import { dateText } from '../dateText.ts'
import { type Judgement, judgeEntry } from '../judgeEntry.ts'
import type { Target } from '../options.ts'
import { repliesOf } from '../replies.ts'

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
  readonly goneAt: string | null
  readonly markedStale: boolean
  readonly route: string | null
  /** `null` where the seal is unknown: it is not told from the payload then. */
  readonly payloadBytes: number | null
  readonly dependencies: readonly { readonly object: string; readonly listed: boolean }[]
}

export async function inspectFragment(
  redis: Redis,
  { keys, secret }: Target,
  key: string,
): Promise<FragmentView | undefined> {
  const fullKey = keys.fragment(key)
  const pipeline = redis.pipeline().getBuffer(fullKey).pttl(fullKey)
  pipeline.exists(keys.lease(key)).get(keys.epoch).time()
  const [bytes, pttl, lease, epoch, time] = await repliesOf(pipeline)
  if (bytes === null) return undefined
  const found = {
    kind: 'fragment' as const,
    key,
    fullKey,
    // A key of another type has none to speak of.
    bytes: Buffer.isBuffer(bytes) ? bytes.byteLength : 0,
    droppedIn: Number(pttl) >= 0 ? Number(pttl) : null,
    filling: lease === 1,
  }
  const judgement: Judgement = Buffer.isBuffer(bytes)
    ? judgeEntry(
        createEntryCodec(keys.fragmentPrefix, secret),
        key,
        bytes,
        (epoch as string | null) ?? undefined,
      )
    : { state: 'damaged' }
  const { state, header } = judgement
  if (header === undefined) return { ...found, state, header: null }
  const now = Number((time as string[])[0]) * 1000
  return {
    ...found,
    state: state === 'readable' ? freshnessOf(header, now) : state,
    header: {
      name: header.name,
      createdAt: dateText(header.createdAt),
      staleAt: dateText(header.staleAt),
      goneAt: dateText(header.goneAt),
      markedStale: header.markedStale,
      route: header.route ?? null,
      payloadBytes: 'payloadBytes' in judgement ? judgement.payloadBytes : null,
      dependencies: await placesOf(redis, keys, fullKey, header.dependencies),
    },
  }
}

function freshnessOf({ staleAt, goneAt, markedStale }: EntryHeader, now: number): 'fresh' | 'stale' | 'gone' {
  if (now >= goneAt) return 'gone'
  return markedStale || now >= staleAt ? 'stale' : 'fresh'
}

async function placesOf(redis: Redis, keys: RedisKeys, fullKey: string, objects: readonly string[]) {
  const pipeline = redis.pipeline()
  for (const object of objects) pipeline.sismember(keys.object(object), fullKey)
  const replies = await repliesOf(pipeline)
  return objects.map((object, index) => ({ object, listed: replies[index] === 1 }))
}
