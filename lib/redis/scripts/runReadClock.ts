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

export interface EntriesReply {
  /** Empty when no epoch has begun yet. */
  readonly epoch: string
  readonly clock: number
  readonly entries: readonly (Buffer | null)[]
}

export interface ClockReply {
  /** The script begins an epoch when there is none. */
  readonly epoch: string
  readonly clock: number
  /** The server's time in milliseconds. */
  readonly now: number
  /** The clock at each requested age. */
  readonly clocks: readonly number[]
}

/** Reads entries together with the clock. */
export async function readEntries(
  { redis, keys }: ScriptContext,
  fragmentKeys: readonly string[],
): Promise<EntriesReply> {
  return parseEntriesReply(
    (await redis.callBuffer('MGET', ...getEntryKeys(keys, fragmentKeys))) as (Buffer | null)[],
  )
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
