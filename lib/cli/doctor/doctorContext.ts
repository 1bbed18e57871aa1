import type { EntryCodec } from '../../core/entryCodec.ts'
import type { RedisKeys } from '../../redis/redisKeys.ts'
import type { Scan } from '../scan.ts'
import type { Findings } from './findings.ts'

/** What every examination of the index is given. */
export interface DoctorContext extends Scan {
  readonly keys: RedisKeys
  readonly codec: EntryCodec
  readonly findings: Findings
  /** Whether to repair what is found. */
  readonly fix: boolean
}
