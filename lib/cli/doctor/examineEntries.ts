import type { Redis } from 'ioredis'
import { type EntryHeader, readHeader } from '../../core/entryHeader.ts'
import { runRemove } from '../../redis/removal.ts'
import { type Judgement, judgeEntry } from '../judgeEntry.ts'
import { repliesOf } from '../replies.ts'
import { scanKeys } from '../scan.ts'
import { areListed, askListing, type Listing, saysListed } from './listing.ts'
import type { Ward } from './ward.ts'

export interface EntriesReport {
  readonly fragments: number
}

/** Bytes of entries that are in our memory at a time, unless a single one is larger. */
const BYTES_PER_CALL = 8 * 1024 * 1024

/** Reads every fragment of the namespace and sees whether an expiry would find it. */
export async function examineEntries(ward: Ward): Promise<EntriesReport> {
  const { redis, keys } = ward
  let fragments = 0
  for await (const names of scanKeys(ward, 'fragments', keys.fragmentPrefix)) {
    const epoch = (await redis.get(keys.epoch)) ?? undefined
    for await (const batch of readInParts(redis, names)) {
      fragments += batch.length
      await examineBatch(ward, batch, epoch)
    }
  }
  return { fragments }
}

/** Something else than a string has no bytes. */
interface Read {
  readonly name: string
  readonly bytes: Buffer | undefined
}

async function* readInParts(redis: Redis, names: readonly string[]): AsyncGenerator<Read[]> {
  const lengths = redis.pipeline()
  for (const name of names) lengths.strlen(name)
  const sized = (await repliesOf(lengths)).map((length, index) => ({
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
    const replies = await repliesOf(pipeline)
    yield part.flatMap((name, index) => {
      const reply = replies[index]
      if (reply === null) return []
      return [{ name, bytes: reply instanceof Error ? undefined : (reply as Buffer) }]
    })
  }
}

type Examined = Judgement & { readonly name: string }

async function examineBatch(ward: Ward, batch: readonly Read[], epoch: string | undefined): Promise<void> {
  const { keys, codec, findings } = ward
  const examined = batch.map(({ name, bytes }): Examined => {
    const key = keys.fragmentIn(name) as string
    return { name, ...(bytes ? judgeEntry(codec, key, bytes, epoch) : { state: 'damaged' }) }
  })
  const namesOf = (state: Judgement['state']) =>
    examined.filter((entry) => entry.state === state).map(({ name }) => name)

  const { outdated, unlisted } = await indexFaults(ward, examined, epoch)
  await remove(ward, 'unlisted', unlisted)
  await remove(ward, 'damaged', namesOf('damaged'))
  await remove(ward, 'outdated', outdated)
  const lost = new Set([...unlisted, ...outdated])
  findings.add(
    'unreadable',
    namesOf('unreadable').filter((name) => !lost.has(name)),
    false,
  )
  findings.add('other-format', namesOf('other-format'), false)
}

/** What the headers and the index disagree about; seen twice, the second time at one moment. */
async function indexFaults(ward: Ward, examined: readonly Examined[], epoch: string | undefined) {
  const listings = examined.flatMap(({ name, header }): Listing[] => (header ? [{ name, header }] : []))
  const listed = await areListed(ward, listings)
  const suspects = listings.filter(({ header }, index) => header.epoch !== epoch || !listed[index])
  const confirmed = await Promise.all(
    suspects.map(async ({ name, header }) => ({ name, fault: await confirmedFault(ward, name, header) })),
  )
  const namesWith = (wanted: string) =>
    confirmed.filter(({ fault }) => fault === wanted).map(({ name }) => name)
  return { outdated: namesWith('outdated'), unlisted: namesWith('unlisted') }
}

async function confirmedFault(
  { redis, keys }: Ward,
  name: string,
  header: EntryHeader,
): Promise<'outdated' | 'unlisted' | undefined> {
  const transaction = redis
    .multi()
    .get(keys.epoch)
    .getrangeBuffer(name, 0, header.length - 1)
  askListing(transaction, keys, { name, header })
  const [epoch, start, ...places] = await repliesOf(transaction)
  const now = Buffer.isBuffer(start) ? readHeader(start) : undefined
  // Somebody removed or replaced it meanwhile.
  if (now === undefined || now.epoch !== header.epoch || now.createdAt !== header.createdAt) return undefined
  if (String(now.dependencies) !== String(header.dependencies)) return undefined
  if (now.epoch !== epoch) return 'outdated'
  return saysListed(places) ? undefined : 'unlisted'
}

/** A fragment that is missing is rendered anew; so this is safe even where it has been replaced since. */
async function remove(
  { redis, keys, findings, fix }: Ward,
  fault: 'unlisted' | 'damaged' | 'outdated',
  names: readonly string[],
): Promise<void> {
  if (fix && names.length > 0) await runRemove({ redis, keys }, names)
  findings.add(fault, names, fix)
}
