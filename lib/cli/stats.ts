import type { Redis } from 'ioredis'
import { getEntryKind, getEntryKindOfKey } from '../core/entryKind.ts'
import { execPipeline } from './connect.ts'
import { mapNextKinds, type NextKinds } from './nextKinds.ts'
import { readHeaders } from './readHeaders.ts'
import { formatDate } from './render/formatNumber.ts'
import { type Scan, scanKeys } from './scan.ts'
import type { Target } from './target.ts'

export interface Stats {
  readonly redis: string
  readonly namespace: string
  readonly fragments: number
  /** Size of the stored fragments, without the overhead of Redis. */
  readonly bytes: number
  /** By fragment name, largest first. Entries without a readable header have the name `null`. */
  readonly names: readonly NameStats[]
  /** Sum of the numbers of dependencies of all fragments. */
  readonly dependencies: number
  /** The caches of Next. */
  readonly next: NextKinds<EntryTally>
  /** Object sets and their members, including those of other programs that use the prefix. */
  readonly objects: number
  readonly members: number
  readonly oldest: DatedKey | null
  readonly newest: DatedKey | null
  readonly clock: number
  readonly epoch: string | null
}

export interface NameStats {
  readonly name: string | null
  readonly fragments: number
  readonly bytes: number
  readonly dependencies: number
}

export interface EntryTally {
  readonly entries: number
  readonly bytes: number
  readonly dependencies: number
}

export interface DatedKey {
  readonly key: string
  readonly createdAt: string | null
}

export async function collectStats(scan: Scan, { address, prefixes, keys }: Target): Promise<Stats> {
  const names = new Map<string | null, { fragments: number; bytes: number; dependencies: number }>()
  const next = mapNextKinds(() => ({ entries: 0, bytes: 0, dependencies: 0 }))
  let oldest: { key: string; at: number } | undefined
  let newest: { key: string; at: number } | undefined
  for await (const batch of scanKeys(scan, 'fragments', keys.fragmentPrefix)) {
    for (const { redisKey, bytes, header } of await readHeaders(scan.redis, batch)) {
      const key = keys.parseFragmentKey(redisKey) as string
      const kind = header ? getEntryKind(header.name) : getEntryKindOfKey(key)
      if (kind === 'buildMarker') continue
      if (kind !== 'fragment') {
        const tally = next[kind]
        tally.entries++
        tally.bytes += bytes
        tally.dependencies += header?.dependencies.length ?? 0
        continue
      }
      const name = header?.name ?? null
      const tally = names.get(name) ?? { fragments: 0, bytes: 0, dependencies: 0 }
      names.set(name, tally)
      tally.fragments++
      tally.bytes += bytes
      if (header === undefined) continue
      tally.dependencies += header.dependencies.length
      const candidate = { key, at: header.createdAt }
      if (oldest === undefined || candidate.at < oldest.at) oldest = candidate
      if (newest === undefined || candidate.at > newest.at) newest = candidate
    }
  }
  const byName = [...names].map(([name, tally]) => ({ name, ...tally })).sort((a, b) => b.bytes - a.bytes)
  const sum = (field: 'fragments' | 'bytes' | 'dependencies') =>
    byName.reduce((total, tally) => total + tally[field], 0)
  const [clock, epoch] = await scan.redis.mget(keys.clock, keys.epoch)
  return {
    redis: address.redactedUrl,
    namespace: prefixes.namespace,
    fragments: sum('fragments'),
    bytes: sum('bytes'),
    dependencies: sum('dependencies'),
    next,
    ...(await countSets(scan, keys.objectPrefix)),
    oldest: toDatedKey(oldest),
    newest: toDatedKey(newest),
    clock: Number(clock ?? 0),
    epoch: epoch ?? null,
    names: byName,
  }
}

async function countSets(scan: Scan, prefix: string): Promise<{ objects: number; members: number }> {
  let objects = 0
  let members = 0
  for await (const sets of scanKeys(scan, 'objects', prefix)) {
    for (const size of await readSetSizes(scan.redis, sets)) {
      objects++
      members += size
    }
  }
  return { objects, members }
}

async function readSetSizes(redis: Redis, sets: readonly string[]): Promise<number[]> {
  const pipeline = redis.pipeline()
  for (const set of sets) pipeline.scard(set)
  return (await execPipeline(pipeline)).filter((size) => typeof size === 'number')
}

function toDatedKey(entry: { key: string; at: number } | undefined): DatedKey | null {
  return entry ? { key: entry.key, createdAt: formatDate(entry.at) } : null
}
