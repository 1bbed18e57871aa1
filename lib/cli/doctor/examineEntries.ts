import type { Redis } from 'ioredis'
import { type EntryHeader, readHeader } from '../../core/entryHeader.ts'
import { runRemoveCaches } from '../../redis/scripts/runRemoveCaches.ts'
import { classifyEntry, type EntryStatus } from '../classifyEntry.ts'
import { execPipeline } from '../connect.ts'
import { scanKeys } from '../scan.ts'
import type { DoctorContext } from './doctorContext.ts'
import { checkIndexed, type IndexCheck, isFullyIndexed, queueIndexCheck } from './indexCheck.ts'

export interface EntriesReport {
  readonly fragments: number
}

/** Maximum size of the entries in memory at a time, unless a single entry is larger. */
const BYTES_PER_CALL = 8 * 1024 * 1024

/** Reads every fragment of the namespace and checks whether an expiry would find it. */
export async function examineEntries(context: DoctorContext): Promise<EntriesReport> {
  const { redis, keys } = context
  let fragments = 0
  for await (const names of scanKeys(context, 'fragments', keys.fragmentPrefix)) {
    const epoch = (await redis.get(keys.epoch)) ?? undefined
    for await (const batch of readEntryBatches(redis, names)) {
      fragments += batch.length
      await examineBatch(context, batch, epoch)
    }
  }
  return { fragments }
}

/** `bytes` is `undefined` for a key that is not a string. */
interface EntryBytes {
  readonly name: string
  readonly bytes: Buffer | undefined
}

async function* readEntryBatches(redis: Redis, names: readonly string[]): AsyncGenerator<EntryBytes[]> {
  const lengths = redis.pipeline()
  for (const name of names) lengths.strlen(name)
  const sized = (await execPipeline(lengths)).map((length, index) => ({
    name: names[index] as string,
    length: length instanceof Error ? 0 : Number(length),
  }))
  while (sized.length > 0) {
    const part: string[] = []
    for (let bytes = 0; sized[0] && (part.length === 0 || bytes + sized[0].length <= BYTES_PER_CALL); ) {
      const { name, length } = sized.shift() as (typeof sized)[number]
      part.push(name)
      bytes += length
    }
    const pipeline = redis.pipeline()
    for (const name of part) pipeline.getBuffer(name)
    const replies = await execPipeline(pipeline)
    yield part.flatMap((name, index) => {
      const reply = replies[index]
      if (reply === null) return []
      return [{ name, bytes: reply instanceof Error ? undefined : (reply as Buffer) }]
    })
  }
}

type ExaminedEntry = EntryStatus & { readonly name: string }

async function examineBatch(
  context: DoctorContext,
  batch: readonly EntryBytes[],
  epoch: string | undefined,
): Promise<void> {
  const { keys, codec, findings } = context
  const examined = batch.map(({ name, bytes }): ExaminedEntry => {
    const key = keys.parseFragmentKey(name) as string
    return { name, ...(bytes ? classifyEntry(codec, key, bytes, epoch) : { state: 'damaged' }) }
  })
  const getNamesWithState = (state: EntryStatus['state']) =>
    examined.filter((entry) => entry.state === state).map(({ name }) => name)

  const { outdated, unindexed } = await findIndexFaults(context, examined, epoch)
  await remove(context, 'unindexed', unindexed)
  await remove(context, 'damaged', getNamesWithState('damaged'))
  await remove(context, 'outdated', outdated)
  const removed = new Set([...unindexed, ...outdated])
  findings.add(
    'unreadable',
    getNamesWithState('unreadable').filter((name) => !removed.has(name)),
    false,
  )
  findings.add('other-format', getNamesWithState('other-format'), false)
}

/** Finds entries whose header contradicts the index. Each fault is confirmed in a transaction, because the site is running. */
async function findIndexFaults(
  context: DoctorContext,
  examined: readonly ExaminedEntry[],
  epoch: string | undefined,
) {
  const checks = examined.flatMap(({ name, header }): IndexCheck[] => (header ? [{ name, header }] : []))
  const indexed = await checkIndexed(context, checks)
  const suspects = checks.filter(({ header }, index) => header.epoch !== epoch || !indexed[index])
  const confirmed = await Promise.all(
    suspects.map(async ({ name, header }) => ({ name, fault: await confirmFault(context, name, header) })),
  )
  const getNamesWithFault = (wanted: string) =>
    confirmed.filter(({ fault }) => fault === wanted).map(({ name }) => name)
  return { outdated: getNamesWithFault('outdated'), unindexed: getNamesWithFault('unindexed') }
}

async function confirmFault(
  { redis, keys }: DoctorContext,
  name: string,
  header: EntryHeader,
): Promise<'outdated' | 'unindexed' | undefined> {
  const transaction = redis
    .multi()
    .get(keys.epoch)
    .getrangeBuffer(name, 0, header.length - 1)
  queueIndexCheck(transaction, keys, { name, header })
  const [epoch, start, ...replies] = await execPipeline(transaction)
  const current = Buffer.isBuffer(start) ? readHeader(start) : undefined
  // The entry was removed or replaced since the first check.
  if (current === undefined || current.epoch !== header.epoch || current.createdAt !== header.createdAt)
    return undefined
  if (String(current.dependencies) !== String(header.dependencies)) return undefined
  if (current.epoch !== epoch) return 'outdated'
  return isFullyIndexed(replies) ? undefined : 'unindexed'
}

/** Removal is safe even if the entry was replaced since the check: the site renders a missing fragment again. */
async function remove(
  { redis, keys, findings, fix }: DoctorContext,
  fault: 'unindexed' | 'damaged' | 'outdated',
  names: readonly string[],
): Promise<void> {
  if (fix && names.length > 0) await runRemoveCaches({ redis, keys }, names)
  findings.add(fault, names, fix)
}
