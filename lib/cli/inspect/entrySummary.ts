import type { EntryHeader } from '../../core/entryHeader.ts'
import { escapeGlob, type RedisKeys } from '../../redis/redisKeys.ts'
import { readHeaders, type StoredHeader } from '../readHeaders.ts'
import { formatDate } from '../render/formatNumber.ts'
import { type Scan, scanKeys } from '../scan.ts'

/** One of several entries in a list. */
export interface EntrySummary {
  readonly key: string
  readonly createdAt: string | null
  readonly markedStale: boolean
  readonly route: string | null
  readonly dependencies: number
  readonly bytes: number
}

export function summarizeEntry(keys: RedisKeys, { redisKey, bytes, header }: StoredHeader): EntrySummary {
  return {
    key: keys.parseFragmentKey(redisKey) as string,
    createdAt: header ? formatDate(header.createdAt) : null,
    markedStale: header?.markedStale ?? false,
    route: header?.route ?? null,
    dependencies: header?.dependencies.length ?? 0,
    bytes,
  }
}

/** Finds the entries whose keys have a name. */
export function scanName(scan: Scan, keys: RedisKeys, name: string): AsyncGenerator<string[]> {
  // A key starts with its name as JSON, followed by `@` or `#`.
  const pattern = `${escapeGlob(JSON.stringify(name))}[@#]*`
  return scanKeys(scan, 'fragments', keys.fragmentPrefix, pattern)
}

/** Finds pages and route handlers, whose keys have the same name. */
export async function findPages(
  scan: Scan,
  keys: RedisKeys,
  isWanted: (header: EntryHeader) => boolean,
): Promise<StoredHeader[]> {
  const found = new Map<string, StoredHeader>()
  for await (const redisKeys of scanName(scan, keys, 'next/page')) {
    for (const stored of await readHeaders(scan.redis, redisKeys))
      if (stored.header && isWanted(stored.header)) found.set(stored.redisKey, stored)
  }
  return [...found.values()]
}
