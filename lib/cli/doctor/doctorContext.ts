import type { EntryCodec } from '../../core/entryCodec.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import { execPipeline } from '../connect.ts'
import type { Scan } from '../scan.ts'
import type { Findings } from './findings.ts'

/** The input of every examination of the index. */
export interface DoctorContext extends Scan {
  readonly keys: RedisKeys
  readonly codec: EntryCodec
  readonly findings: Findings
  /** Whether to repair faults. */
  readonly fix: boolean
}

/** Reports keys of the index that have a time to live, and removes that time if `fix` is set. */
export async function reportKeysWithTtl(
  { redis, findings, fix }: DoctorContext,
  redisKeys: readonly string[],
): Promise<void> {
  if (fix && redisKeys.length > 0) {
    const pipeline = redis.pipeline()
    for (const redisKey of redisKeys) pipeline.persist(redisKey)
    await execPipeline(pipeline)
  }
  findings.add('index-ttl', redisKeys, fix)
}
