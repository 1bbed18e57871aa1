import type { Redis } from 'ioredis'
import { type EntryHeader, readHeader } from '../../core/entryHeader.ts'
import { getEntryKind, getEntryKindOfKey } from '../../core/entryKind.ts'
import { runRemoveCaches } from '../../redis/scripts/runRemoveCaches.ts'
import { classifyEntry, type EntryStatus } from '../classifyEntry.ts'
import { execPipeline } from '../connect.ts'
import { mapNextKinds, type NextKinds } from '../nextKinds.ts'
import { scanKeys } from '../scan.ts'
import type { DoctorContext } from './doctorContext.ts'
import { checkIndexed, type IndexCheck, isFullyIndexed, queueIndexCheck } from './indexCheck.ts'

export interface EntriesReport {
  readonly fragments: number
  /** Number of entries in the caches of Next. */
  readonly next: NextKinds<number>
}

/** Maximum size of the entries in memory at a time, unless a single entry is larger. */
const BYTES_PER_CALL = 8 * 1024 * 1024

/** Reads every entry of the namespace and checks whether an expiry would find it. */
export async function examineEntries(context: DoctorContext): Promise<EntriesReport> {
  const { redis, keys } = context
  let fragments = 0
  const next = mapNextKinds(() => 0)
  for await (const redisKeys of scanKeys(context, 'fragments', keys.fragmentPrefix)) {
    const epoch = (await redis.get(keys.epoch)) ?? undefined
    for await (const batch of readEntryBatches(redis, redisKeys)) {
      for (const { header, redisKey } of await examineBatch(context, batch, epoch)) {
        const kind = header
          ? getEntryKind(header.name)
          : getEntryKindOfKey(keys.parseFragmentKey(redisKey) as string)
        if (kind === 'fragment') fragments++
        else if (kind !== 'buildMarker') next[kind]++
      }
    }
  }
  return { fragments, next }
}

/** `bytes` is `undefined` for a key that is not a string. */
interface EntryBytes {
  readonly redisKey: string
  readonly bytes: Buffer | undefined
}

async function* readEntryBatches(redis: Redis, redisKeys: readonly string[]): AsyncGenerator<EntryBytes[]> {
  const lengths = redis.pipeline()
  for (const redisKey of redisKeys) lengths.strlen(redisKey)
  const sized = (await execPipeline(lengths)).map((length, index) => ({
    redisKey: redisKeys[index] as string,
    length: length instanceof Error ? 0 : Number(length),
  }))
  while (sized.length > 0) {
    const part: string[] = []
    for (let bytes = 0; sized[0] && (part.length === 0 || bytes + sized[0].length <= BYTES_PER_CALL); ) {
      const { redisKey, length } = sized.shift() as (typeof sized)[number]
      part.push(redisKey)
      bytes += length
    }
    const pipeline = redis.pipeline()
    for (const redisKey of part) pipeline.getBuffer(redisKey)
    const replies = await execPipeline(pipeline)
    yield part.flatMap((redisKey, index) => {
      const reply = replies[index]
      if (reply === null) return []
      return [{ redisKey, bytes: reply instanceof Error ? undefined : (reply as Buffer) }]
    })
  }
}

type ExaminedEntry = EntryStatus & { readonly redisKey: string }

async function examineBatch(
  context: DoctorContext,
  batch: readonly EntryBytes[],
  epoch: string | undefined,
): Promise<ExaminedEntry[]> {
  const { keys, codec, findings } = context
  const examined = batch.map(({ redisKey, bytes }): ExaminedEntry => {
    const key = keys.parseFragmentKey(redisKey) as string
    return { redisKey, ...(bytes ? classifyEntry(codec, key, bytes, epoch) : { state: 'damaged' }) }
  })
  const getKeysWithState = (state: EntryStatus['state']) =>
    examined.filter((entry) => entry.state === state).map(({ redisKey }) => redisKey)

  const { outdated, unindexed } = await findIndexFaults(context, examined, epoch)
  await reportFault(context, 'unindexed', unindexed)
  await reportFault(context, 'damaged', getKeysWithState('damaged'))
  await reportFault(context, 'outdated', outdated)
  const reported = new Set([...unindexed, ...outdated])
  findings.add(
    'unreadable',
    getKeysWithState('unreadable').filter((redisKey) => !reported.has(redisKey)),
    false,
  )
  findings.add('other-format', getKeysWithState('other-format'), false)
  return examined
}

/** Finds entries whose header contradicts the index. Each fault is confirmed in a transaction, because the site is running. */
async function findIndexFaults(
  context: DoctorContext,
  examined: readonly ExaminedEntry[],
  epoch: string | undefined,
) {
  const checks = examined.flatMap(({ redisKey, header }): IndexCheck[] =>
    header ? [{ redisKey, header }] : [],
  )
  const indexed = await checkIndexed(context, checks)
  const suspects = checks.filter(({ header }, index) => header.epoch !== epoch || !indexed[index])
  const confirmed = await Promise.all(
    suspects.map(async ({ redisKey, header }) => ({
      redisKey,
      fault: await confirmFault(context, redisKey, header),
    })),
  )
  const getKeysWithFault = (wanted: string) =>
    confirmed.filter(({ fault }) => fault === wanted).map(({ redisKey }) => redisKey)
  return { outdated: getKeysWithFault('outdated'), unindexed: getKeysWithFault('unindexed') }
}

async function confirmFault(
  { redis, keys }: DoctorContext,
  redisKey: string,
  header: EntryHeader,
): Promise<'outdated' | 'unindexed' | undefined> {
  const transaction = redis
    .multi()
    .get(keys.epoch)
    .getrangeBuffer(redisKey, 0, header.length - 1)
  queueIndexCheck(transaction, keys, { redisKey, header })
  const [epoch, start, ...replies] = await execPipeline(transaction)
  const current = Buffer.isBuffer(start) ? readHeader(start) : undefined
  // The entry was removed or replaced since the first check.
  if (current === undefined || current.epoch !== header.epoch || current.createdAt !== header.createdAt)
    return undefined
  if (String(current.dependencies) !== String(header.dependencies)) return undefined
  if (current.epoch !== epoch) return 'outdated'
  return isFullyIndexed(replies) ? undefined : 'unindexed'
}

/**
 * Reports entries with a fault, and removes them if `fix` is set. Removal is safe even if an entry was replaced since the
 * check: the site renders a missing fragment again.
 */
async function reportFault(
  { redis, keys, findings, fix }: DoctorContext,
  fault: 'unindexed' | 'damaged' | 'outdated',
  redisKeys: readonly string[],
): Promise<void> {
  if (fix && redisKeys.length > 0) await runRemoveCaches({ redis, keys }, redisKeys)
  findings.add(fault, redisKeys, fix)
}
