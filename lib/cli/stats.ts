import type { Redis } from 'ioredis'
import { execPipeline } from './connect.ts'
import { readHeaders } from './readHeaders.ts'
import { formatDate } from './render/formatNumber.ts'
import { type Scan, scanKeys } from './scan.ts'
import type { Target } from './target.ts'

export interface Stats {
  readonly redis: string
  readonly namespace: string
  readonly fragments: number
  /** Of the entries as they are stored, without what Redis needs to hold them. */
  readonly bytes: number
  /** By fragment name, most bytes first; `null` for what has no readable header. */
  readonly names: readonly NameStats[]
  /** Places of these fragments in the index: each fragment as often as it has dependencies. */
  readonly edges: number
  /** Sets of objects, and their members: of every program that uses the prefix. */
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
  readonly edges: number
}

export interface DatedKey {
  readonly key: string
  readonly createdAt: string | null
}

export async function collectStats(scan: Scan, { address, prefixes, keys }: Target): Promise<Stats> {
  const names = new Map<string | null, { fragments: number; bytes: number; edges: number }>()
  let oldest: { key: string; at: number } | undefined
  let newest: { key: string; at: number } | undefined
  for await (const batch of scanKeys(scan, 'fragments', keys.fragmentPrefix)) {
    for (const { name: full, bytes, header } of await readHeaders(scan.redis, batch)) {
      const name = header?.name ?? null
      const tally = names.get(name) ?? { fragments: 0, bytes: 0, edges: 0 }
      names.set(name, tally)
      tally.fragments++
      tally.bytes += bytes
      if (header === undefined) continue
      tally.edges += header.dependencies.length
      const candidate = { key: keys.parseFragmentKey(full) as string, at: header.createdAt }
      if (oldest === undefined || candidate.at < oldest.at) oldest = candidate
      if (newest === undefined || candidate.at > newest.at) newest = candidate
    }
  }
  const byName = [...names].map(([name, tally]) => ({ name, ...tally })).sort((a, b) => b.bytes - a.bytes)
  const sum = (field: 'fragments' | 'bytes' | 'edges') =>
    byName.reduce((total, tally) => total + tally[field], 0)
  const [clock, epoch] = await scan.redis.mget(keys.clock, keys.epoch)
  return {
    redis: address.redactedUrl,
    namespace: prefixes.namespace,
    fragments: sum('fragments'),
    bytes: sum('bytes'),
    edges: sum('edges'),
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
