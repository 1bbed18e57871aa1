import { type EntryKind, getEntryKind } from '../../core/entryKind.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import { readHeaders, type StoredHeader } from '../readHeaders.ts'
import type { Scan } from '../scan.ts'
import type { Target } from '../target.ts'
import { type EntrySummary, findPages, scanName, summarizeEntry } from './entrySummary.ts'

export interface NameView {
  readonly kind: 'name'
  readonly entryKind: EntryKind
  readonly name: string
  readonly total: number
  readonly fragments: readonly EntrySummary[]
}

export async function inspectName(
  scan: Scan,
  { keys }: Target,
  name: string,
  limit: number,
): Promise<NameView | undefined> {
  const entryKind = getEntryKind(name)
  const isOfPages = entryKind === 'page' || entryKind === 'routeHandler'
  const { total, listed } = await (isOfPages ? listPages : listFragments)(scan, keys, name, limit)
  if (total === 0) return undefined
  return {
    kind: 'name',
    entryKind,
    name,
    total,
    fragments: listed.map((stored) => summarizeEntry(keys, stored)),
  }
}

interface Listing {
  readonly total: number
  readonly listed: readonly StoredHeader[]
}

async function listFragments(scan: Scan, keys: RedisKeys, name: string, limit: number): Promise<Listing> {
  const listedKeys: string[] = []
  let total = 0
  for await (const redisKeys of scanName(scan, keys, name)) {
    total += redisKeys.length
    listedKeys.push(...redisKeys.slice(0, limit - listedKeys.length))
  }
  return { total, listed: await readHeaders(scan.redis, listedKeys) }
}

async function listPages(scan: Scan, keys: RedisKeys, name: string, limit: number): Promise<Listing> {
  const pages = await findPages(scan, keys, (header) => header.name === name)
  return { total: pages.length, listed: pages.slice(0, limit) }
}
