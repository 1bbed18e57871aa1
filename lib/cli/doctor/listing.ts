import type { ChainableCommander } from 'ioredis'
import type { EntryHeader } from '../../core/entryHeader.ts'
import type { RedisKeys } from '../../redis/keys.ts'
import { repliesOf } from '../replies.ts'
import type { Ward } from './ward.ts'

/** A fragment and what it says that it depends on. */
export interface Listing {
  /** Its full name. */
  readonly name: string
  readonly header: EntryHeader
}

/**
 * Asks whether the index lists a fragment under all its objects, in both directions.
 *
 * @returns how many replies there will be, for {@link saysListed}
 */
export function askListing(pipeline: ChainableCommander, keys: RedisKeys, { name, header }: Listing): number {
  const sets = header.dependencies.map((object) => keys.object(object))
  if (sets.length === 0) return 0
  for (const set of sets) pipeline.sismember(set, name)
  pipeline.smismember(keys.reverse(name), sets)
  return sets.length + 1
}

export function saysListed(replies: readonly unknown[]): boolean {
  return replies.flat().every((reply) => reply === 1)
}

/** For each fragment, whether the index lists it. */
export async function areListed({ redis, keys }: Ward, listings: readonly Listing[]): Promise<boolean[]> {
  const pipeline = redis.pipeline()
  const counts = listings.map((listing) => askListing(pipeline, keys, listing))
  const replies = await repliesOf(pipeline)
  return counts.map((count) => saysListed(replies.splice(0, count)))
}
