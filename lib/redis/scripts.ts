import type { Redis } from 'ioredis'
import { EPOCH_OFFSET } from '../core/entryHeader.ts'
import type { Token } from '../core/fragmentStore.ts'
import { STALE_MARK, STALE_MARK_OFFSET } from '../core/protocol.gen.ts'
import { defineScript, defineScriptThen } from './defineScript.ts'
import * as lua from './lua.gen.ts'
import type { RedisKeys } from './redisKeys.ts'

const readClockScript = defineScript(lua.readClock)
const readClockScriptThen = defineScriptThen(lua.readClock)
const commitScript = defineScript(lua.commit)
const expireScript = defineScript(lua.expire)
const refreshScript = defineScript(lua.refresh)
const startEpochScript = defineScript(lua.startEpoch)
const acquireLeaseScript = defineScript(lua.acquireLease)
const releaseLeaseScript = defineScript(lua.releaseLease)

export interface ScriptContext {
  readonly redis: Redis
  readonly keys: RedisKeys
  /** Milliseconds for which expiries are remembered. */
  readonly retention: number
}

export interface EntriesReply {
  /** None when the server has none yet. */
  readonly epoch: string
  readonly clock: number
  readonly entries: readonly (Buffer | null)[]
}

export interface ClockReply {
  /** Begun by the script when there was none. */
  readonly epoch: string
  readonly clock: number
  /** Milliseconds, the server's. */
  readonly now: number
  /** For each age. */
  readonly clocks: readonly number[]
}

/** What most pages need: entries and, of the same moment, the clock. */
export async function readEntries(
  { redis, keys }: ScriptContext,
  names: readonly string[],
): Promise<EntriesReply> {
  return parseEntriesReply(
    (await redis.callBuffer('MGET', ...getEntryKeys(keys, names))) as (Buffer | null)[],
  )
}

/** @param ages milliseconds for which to tell how the clock stood then */
export async function runReadClock(
  context: ScriptContext,
  ages: readonly number[],
  newEpoch: string,
): Promise<ClockReply> {
  return parseClockReply(await readClockScript(context.redis, ...createClockCall(context, ages, newEpoch)))
}

/**
 * Both in one round trip. The entries are read after the clock is: an expiry between the two can then only
 * make them look older than they are.
 */
export async function runReadClockAndEntries(
  context: ScriptContext,
  names: readonly string[],
  ages: readonly number[],
  newEpoch: string,
): Promise<ClockReply & EntriesReply> {
  const [scripted, read] = await readClockScriptThen(
    context.redis,
    ...createClockCall(context, ages, newEpoch),
    ['MGET', ...getEntryKeys(context.keys, names)],
  )
  return { ...parseEntriesReply(read as (Buffer | null)[]), ...parseClockReply(scripted) }
}

function createClockCall(
  { keys, retention }: ScriptContext,
  ages: readonly number[],
  newEpoch: string,
): [string[], (string | number)[]] {
  return [
    [keys.epoch, keys.clock, keys.log, keys.fence],
    [newEpoch, retention, ...ages.map(Math.ceil)],
  ]
}

function getEntryKeys(keys: RedisKeys, names: readonly string[]): string[] {
  return [keys.epoch, keys.clock, ...names.map(keys.fragment)]
}

function parseEntriesReply([epoch, clock, ...entries]: readonly (Buffer | null)[]): EntriesReply {
  return { epoch: String(epoch ?? ''), clock: Number(clock ?? 0), entries }
}

function parseClockReply(reply: unknown): ClockReply {
  const [epoch, clock, time, ...clocks] = reply as [Buffer, number, Buffer, ...number[]]
  return { epoch: String(epoch), clock, now: Number(time) / 1000, clocks }
}

export type CommitReply = 'committed' | 'fenced' | 'unverifiable' | 'index'

export interface Commit {
  /** Full name of what is stored. */
  readonly redisKey: string
  readonly bytes: Buffer
  readonly milliseconds: number
  readonly token: Token
  readonly dependencies: readonly string[]
}

export async function runCommit({ redis, keys }: ScriptContext, commit: Commit): Promise<CommitReply> {
  const { names, args } = createCommitCall(keys, commit)
  return String(await commitScript(redis, names, args)) as CommitReply
}

export function createCommitCall(
  keys: RedisKeys,
  { redisKey, bytes, milliseconds, token, dependencies }: Commit,
) {
  const objects = dependencies.map((dependency) => keys.object(dependency))
  return {
    names: [keys.epoch, keys.clock, keys.fence, keys.due, redisKey, keys.reverse(redisKey), ...objects],
    args: [token.epoch, token.clock, bytes, Math.ceil(milliseconds), keys.reversePrefix, ...dependencies],
  }
}

export interface ExpireReply {
  readonly more: boolean
  readonly removed: number
  readonly clock: number
  readonly epoch: string
}

export async function runExpire(
  { redis, keys, retention }: ScriptContext,
  objects: readonly string[],
  batch: { first: boolean; size: number; newEpoch: string },
): Promise<ExpireReply> {
  const sets = objects.map((object) => keys.object(object))
  const names = [keys.epoch, keys.clock, keys.fence, keys.log, keys.due, ...sets]
  const { first, size, newEpoch } = batch
  const logged = JSON.stringify(objects)
  const args = [first ? 'first' : 'next', size, retention, keys.reversePrefix, newEpoch, logged, ...objects]
  const reply = (await expireScript(redis, names, args)) as [Buffer, number, number, Buffer]
  const [state, removed, clock, epoch] = reply
  return { more: String(state) === 'more', removed, clock, epoch: String(epoch) }
}

export interface RefreshReply {
  /** Where to go on in the set of the last object that was scanned; `'0'` when that is done. */
  readonly cursor: string
  /** Objects whose sets were scanned, from the first on; all but the last are done. */
  readonly scanned: number
  readonly touched: number
  /** Of `touched`, how many were found in the set of the last object. */
  readonly touchedInLast: number
  readonly clock: number
  readonly epoch: string
}

/** @param batch.cursor in the set of the first object; `'0'` at its beginning */
export async function runRefresh(
  { redis, keys, retention }: ScriptContext,
  objects: readonly string[],
  batch: { cursor: string; size: number; newEpoch: string },
): Promise<RefreshReply> {
  const { cursor, size, newEpoch } = batch
  const sets = objects.map((object) => keys.object(object))
  const names = [keys.epoch, keys.clock, keys.fence, keys.log, keys.due, ...sets]
  const prefixes = [keys.fragmentPrefix, keys.reversePrefix]
  const mark = [STALE_MARK_OFFSET, STALE_MARK]
  const args = [cursor, size, retention, ...prefixes, ...mark, newEpoch, ...objects]
  const reply = await refreshScript(redis, names, args)
  const [next, touched, clock, epoch, scanned, touchedInLast] = reply as [
    Buffer,
    number,
    number,
    Buffer,
    number,
    number,
  ]
  return { cursor: String(next), scanned, touched, touchedInLast, clock, epoch: String(epoch) }
}

/** @returns the clock */
export async function runStartEpoch({ redis, keys }: ScriptContext, epoch: string): Promise<number> {
  return (await startEpochScript(redis, [keys.epoch, keys.clock, keys.due, keys.fence], [epoch])) as number
}

export async function runAcquireLease(
  { redis, keys }: ScriptContext,
  lease: { key: string; requiredToken: Token; wasMiss: boolean; id: string; milliseconds: number },
): Promise<boolean> {
  const { key, requiredToken, wasMiss, id, milliseconds } = lease
  const args = [
    requiredToken.epoch,
    requiredToken.clock,
    id,
    Math.ceil(milliseconds),
    wasMiss ? EPOCH_OFFSET : -1,
  ]
  return (await acquireLeaseScript(redis, [keys.lease(key), keys.fragment(key)], args)) === 1
}

export async function runReleaseLease(
  { redis, keys }: ScriptContext,
  { key, id }: { key: string; id: string },
): Promise<boolean> {
  return (await releaseLeaseScript(redis, [keys.lease(key)], [id, keys.leaseReleased, key])) === 1
}
