import * as lua from '../lua.gen.ts'
import { type ClockScriptContext, defineScript, defineScriptThen } from './defineScript.ts'
import { type EntriesReply, getEntryKeys, parseEntriesReply } from './readEntries.ts'

const readClockScript = defineScript(lua.readClock)
const readClockScriptThen = defineScriptThen(lua.readClock)

export interface ClockReply {
  /** The script begins an epoch when there is none. */
  readonly epoch: string
  readonly clock: number
  /** The server's time in milliseconds. */
  readonly now: number
  /** The clock at each requested age. */
  readonly clocks: readonly number[]
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

function parseClockReply(reply: unknown): ClockReply {
  const [epoch, clock, time, ...clocks] = reply as [Buffer, number, Buffer, ...number[]]
  return { epoch: String(epoch), clock, now: Number(time) / 1000, clocks }
}
