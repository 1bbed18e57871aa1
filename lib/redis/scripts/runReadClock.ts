import type { EntryFingerprint } from '../../core/entryFingerprint.ts'
import * as lua from '../lua.gen.ts'
import type { RedisKeys } from '../redisKeys.ts'
import {
  type ClockScriptContext,
  defineScript,
  defineScriptThen,
  type ScriptContext,
} from './defineScript.ts'

const readClockScript = defineScript(lua.readClock)
const readClockScriptThen = defineScriptThen(lua.readClock)
const readUnlessKnownScript = defineScript(lua.readUnlessKnown)
const readUnlessKnownScriptThen = defineScriptThen(lua.readUnlessKnown)

export interface EntriesReply {
  /** Empty when no epoch has begun yet. */
  readonly epoch: string
  readonly clock: number
  readonly entries: readonly EntryReply[]
}

/** The bytes of an entry, nothing, or that the server still has what a fingerprint describes. */
export type EntryReply = Buffer | null | 'known'

export interface ClockReply {
  /** The script begins an epoch when there is none. */
  readonly epoch: string
  readonly clock: number
  /** The server's time in milliseconds. */
  readonly now: number
  /** The clock at each requested age. */
  readonly clocks: readonly number[]
}

/**
 * Reads entries together with the clock. Hits are read by a plain MGET, the fastest read that Redis has.
 *
 * @param fingerprints of the copies that this process has, in the order of the keys
 */
export async function readEntries(
  { redis, keys }: ScriptContext,
  fragmentKeys: readonly string[],
  fingerprints: readonly (EntryFingerprint | undefined)[],
): Promise<EntriesReply> {
  const unknownKeys = fragmentKeys.filter((_, index) => fingerprints[index] === undefined)
  if (unknownKeys.length === fragmentKeys.length)
    return parseEntriesReply(
      (await redis.callBuffer('MGET', ...getEntryKeys(keys, fragmentKeys))) as (Buffer | null)[],
    )
  const knownKeys = fragmentKeys.filter((_, index) => fingerprints[index] !== undefined)
  const call = [
    getEntryKeys(keys, knownKeys),
    fingerprints.flatMap((known) => (known ? [known.length, known.first, known.last] : [])),
  ] as const
  // In this order, an expiry between the two can only make the entries look older than they are.
  const [scripted, plain] =
    unknownKeys.length === 0
      ? [await readUnlessKnownScript(redis, ...call), []]
      : await readUnlessKnownScriptThen(redis, ...call, ['MGET', ...unknownKeys.map(keys.fragment)])
  const [epoch, clock, ...known] = scripted as [Buffer | null, Buffer | null, ...(Buffer | null | number)[]]
  const unknown = [...(plain as (Buffer | null)[])]
  const entries = fingerprints.map((fingerprint) => {
    if (fingerprint === undefined) return unknown.shift() ?? null
    const reply = known.shift() ?? null
    return typeof reply === 'number' ? 'known' : reply
  })
  return { epoch: String(epoch ?? ''), clock: Number(clock ?? 0), entries }
}

/** @param agesMs the reply has the clock at each of these ages */
export async function runReadClock(
  context: ClockScriptContext,
  agesMs: readonly number[],
  newEpoch: string,
): Promise<ClockReply> {
  return parseClockReply(await readClockScript(context.redis, ...createClockCall(context, agesMs, newEpoch)))
}

/**
 * Reads the clock and then entries, in one round trip. In this order, an expiry between the two can only make the entries
 * look older than they are.
 */
export async function runReadClockAndEntries(
  context: ClockScriptContext,
  fragmentKeys: readonly string[],
  agesMs: readonly number[],
  newEpoch: string,
): Promise<ClockReply & EntriesReply> {
  const [scripted, read] = await readClockScriptThen(
    context.redis,
    ...createClockCall(context, agesMs, newEpoch),
    ['MGET', ...getEntryKeys(context.keys, fragmentKeys)],
  )
  return { ...parseEntriesReply(read as (Buffer | null)[]), ...parseClockReply(scripted) }
}

function createClockCall(
  { keys, retentionMs }: ClockScriptContext,
  agesMs: readonly number[],
  newEpoch: string,
): [string[], (string | number)[]] {
  return [
    [keys.epoch, keys.clock, keys.log, keys.fence],
    [newEpoch, retentionMs, ...agesMs.map(Math.ceil)],
  ]
}

function getEntryKeys(keys: RedisKeys, fragmentKeys: readonly string[]): string[] {
  return [keys.epoch, keys.clock, ...fragmentKeys.map(keys.fragment)]
}

function parseEntriesReply([epoch, clock, ...entries]: readonly (Buffer | null)[]): EntriesReply {
  return { epoch: String(epoch ?? ''), clock: Number(clock ?? 0), entries }
}

function parseClockReply(reply: unknown): ClockReply {
  const [epoch, clock, time, ...clocks] = reply as [Buffer, number, Buffer, ...number[]]
  return { epoch: String(epoch), clock, now: Number(time) / 1000, clocks }
}
