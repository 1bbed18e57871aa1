import { escapeGlob } from '../../redis/redisKeys.ts'
import { readHeaders } from '../readHeaders.ts'
import { formatDate } from '../render/formatNumber.ts'
import { type Scan, scanKeys } from '../scan.ts'
import type { Target } from '../target.ts'

export interface NameView {
  readonly kind: 'name'
  readonly name: string
  readonly total: number
  readonly fragments: readonly {
    readonly key: string
    readonly createdAt: string | null
    readonly markedStale: boolean
    readonly dependencies: number
    readonly bytes: number
  }[]
}

export async function inspectName(
  scan: Scan,
  { keys }: Target,
  name: string,
  limit: number,
): Promise<NameView | undefined> {
  // A fragment's key starts with its name as JSON, followed by `@` or `#`.
  const quoted = JSON.stringify(name)
  const listedKeys: string[] = []
  let total = 0
  for await (const redisKeys of scanKeys(
    scan,
    'fragments',
    keys.fragmentPrefix,
    `${escapeGlob(quoted)}[@#]*`,
  )) {
    total += redisKeys.length
    listedKeys.push(...redisKeys.slice(0, limit - listedKeys.length))
  }
  if (total === 0) return undefined
  const headers = await readHeaders(scan.redis, listedKeys)
  return {
    kind: 'name',
    name,
    total,
    fragments: headers.map(({ redisKey, bytes, header }) => ({
      key: keys.parseFragmentKey(redisKey) as string,
      createdAt: header ? formatDate(header.createdAt) : null,
      markedStale: header?.markedStale ?? false,
      dependencies: header?.dependencies.length ?? 0,
      bytes,
    })),
  }
}
