import { FINGERPRINT_START } from '../../core/entryFingerprint.ts'
import type { LeaseReply } from '../../core/fragmentStore.ts'
import * as lua from '../lua.gen.ts'
import type { RedisKeys } from '../redisKeys.ts'
import { type Argument, defineScript, type ScriptContext } from './defineScript.ts'

const readEntriesScript = defineScript(lua.readEntries)

export interface EntryRequest {
  readonly key: string
  /** Of the copy that this process has. */
  readonly fingerprint: string | undefined
  /** The lease to acquire when there is no entry. Absent when none is wanted. */
  readonly lease: { readonly id: string; readonly milliseconds: number } | undefined
}

export interface EntriesReply {
  /** Empty when no epoch has begun yet. */
  readonly epoch: string
  readonly clock: number
  readonly entries: readonly EntryReply[]
}

/** The bytes of an entry, or nothing, or that the server has what the fingerprint describes, or the reply to a lease. */
export type EntryReply = Buffer | null | 'known' | LeaseReply

/**
 * Reads entries together with the clock. Where nothing else is asked for, they are read by a plain MGET, the fastest read
 * that Redis has.
 */
export async function readEntries(
  { redis, keys }: ScriptContext,
  requests: readonly EntryRequest[],
): Promise<EntriesReply> {
  const redisKeys = getEntryKeys(
    keys,
    requests.map(({ key }) => key),
  )
  if (requests.every(({ fingerprint, lease }) => fingerprint === undefined && lease === undefined))
    return parseEntriesReply((await redis.callBuffer('MGET', ...redisKeys)) as (Buffer | null)[])
  const args: Argument[] = [FINGERPRINT_START, keys.fragmentPrefix, keys.leasePrefix]
  for (const { fingerprint, lease } of requests) {
    args.push(lease?.id ?? '', Math.ceil(lease?.milliseconds ?? 0))
    args.push(fingerprint === undefined ? '' : Buffer.from(fingerprint, 'latin1'))
  }
  const reply = (await readEntriesScript(redis, redisKeys, args)) as (Buffer | number | null)[]
  const [epoch, clock] = reply
  return {
    epoch: String(epoch ?? ''),
    clock: Number(clock ?? 0),
    entries: requests.map(({ lease }, index) => parseEntryReply(reply[index + 2] ?? null, lease?.id ?? '')),
  }
}

export function getEntryKeys(keys: RedisKeys, fragmentKeys: readonly string[]): string[] {
  return [keys.epoch, keys.clock, ...fragmentKeys.map(keys.fragment)]
}

export function parseEntriesReply([epoch, clock, ...entries]: readonly (Buffer | null)[]): EntriesReply {
  return { epoch: String(epoch ?? ''), clock: Number(clock ?? 0), entries }
}

function parseEntryReply(reply: Buffer | number | null, lease: string): EntryReply {
  if (typeof reply !== 'number') return reply
  if (reply === 1) return 'known'
  return reply === 2 ? { isGranted: true, lease } : { isGranted: false }
}
