import type { ChainableCommander } from 'ioredis'
import type { EntryHeader } from '../../core/entryHeader.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import { execPipeline } from '../connect.ts'
import type { DoctorContext } from './doctorContext.ts'

/** A fragment to look up in the index. */
export interface IndexCheck {
  readonly redisKey: string
  readonly header: EntryHeader
}

/**
 * Queues the commands that check whether the index lists a fragment under all its objects, in both directions.
 *
 * @returns the number of replies to pass to {@link isFullyIndexed}
 */
export function queueIndexCheck(
  pipeline: ChainableCommander,
  keys: RedisKeys,
  { redisKey, header }: IndexCheck,
): number {
  const sets = header.dependencies.map((object) => keys.object(object))
  if (sets.length === 0) return 0
  for (const set of sets) pipeline.sismember(set, redisKey)
  pipeline.smismember(keys.reverse(redisKey), sets)
  return sets.length + 1
}

export function isFullyIndexed(replies: readonly unknown[]): boolean {
  return replies.flat().every((reply) => reply === 1)
}

/** @returns for each fragment whether the index lists it */
export async function checkIndexed(
  { redis, keys }: DoctorContext,
  checks: readonly IndexCheck[],
): Promise<boolean[]> {
  const pipeline = redis.pipeline()
  const counts = checks.map((check) => queueIndexCheck(pipeline, keys, check))
  const replies = await execPipeline(pipeline)
  return counts.map((count) => isFullyIndexed(replies.splice(0, count)))
}
