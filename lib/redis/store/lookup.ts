import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { EntryCodec } from '../../core/entryCodec.ts'
import { createEntryFingerprint } from '../../core/entryFingerprint.ts'
import { readHeader } from '../../core/entryHeader.ts'
import type { Entry, HeldLease, LookupRequest, SharedLookup, Token } from '../../core/fragmentStore.ts'
import { runDetached } from '../../core/runDetached.ts'
import type { Connection } from '../connection/connection.ts'
import type { ClockScriptContext } from '../scripts/defineScript.ts'
import { type EntriesReply, type EntryReply, type EntryRequest, readEntries } from '../scripts/readEntries.ts'
import { runReadClock, runReadClockAndEntries } from '../scripts/runReadClock.ts'
import type { ClockTracker, Times } from './clockTracker.ts'
import type { ServerTime } from './serverTime.ts'

export interface LookupParts {
  readonly connection: Connection
  readonly codec: EntryCodec
  readonly clockTracker: ClockTracker
  readonly time: ServerTime
  context(redis: Redis): ClockScriptContext
  createLeaseId(): string
  /** Releases leases that may have been granted without an answer. Does not throw. */
  abandonLeases(leases: readonly HeldLease[]): void
  /** The copy of an entry in this process, if there is one that can be compared. */
  getCopy(key: string): EntryCopy | undefined
  /** Called with each entry that was read and is not marked stale. */
  readonly onRead: ((key: string, entry: Entry, snapshot: ReadSnapshot) => void) | undefined
}

/** A copy of an entry that need not be transferred again. */
export interface EntryCopy {
  readonly entry: Entry
  readonly epoch: string
  readonly fingerprint: string
}

/** The state of the server at one lookup. */
export interface ReadSnapshot {
  readonly epoch: string
  readonly clock: number
  /** When the lookup was sent, on this process's monotonic clock. */
  readonly sentAt: number
  readonly fingerprint: string | undefined
}

/** The server's clock, now and at each requested age. */
interface ClockSnapshot {
  readonly epoch: string
  readonly clock: number
  readonly clocks: readonly number[]
  readonly times: Times
}

/**
 * Looks up any number of entries in one round trip. Entries of which this process has the same copy are not transferred. A
 * miss needs a token of the moment when its reader began. If the clocks that this process has seen do not determine that
 * token, a second small round trip asks for the clock at that moment.
 */
export function createLookup(parts: LookupParts) {
  /** @param calledAt the moment, on this process's monotonic clock, at which the ages were measured */
  return async (requests: readonly LookupRequest[], calledAt: number): Promise<SharedLookup[]> => {
    // Sibling fragments have nearly the same age, so each whole millisecond is requested once.
    const agesMs = [...new Set(requests.map(({ ageMs }) => Math.ceil(ageMs)))]
    const copies = requests.map(({ key }) => parts.getCopy(key))
    const entryRequests = requests.map(({ key, leaseMs }, index) => ({
      key,
      lease: leaseMs === undefined ? undefined : { id: parts.createLeaseId(), milliseconds: leaseMs },
      fingerprint: copies[index]?.fingerprint,
    }))
    const requestedLeases: HeldLease[] = []
    const onSend = () => {
      for (const { key, lease } of entryRequests) if (lease) requestedLeases.push({ key, lease: lease.id })
    }
    try {
      return await lookUp(parts, requests, copies, { entryRequests, agesMs, calledAt, onSend })
    } catch (error) {
      // A server that answers too late has granted them all the same.
      parts.abandonLeases(requestedLeases)
      throw error
    }
  }
}

async function lookUp(
  parts: LookupParts,
  requests: readonly LookupRequest[],
  copies: readonly (EntryCopy | undefined)[],
  readRequest: ReadRequest,
): Promise<SharedLookup[]> {
  const { agesMs, calledAt } = readRequest
  const read = (await readInOneCall(parts, readRequest)) ?? (await readWithClock(parts, readRequest))
  const decodedEntries = requests.map(({ key }, index) => {
    const reply = read.entries[index]
    const copy = copies[index]
    if (reply === 'known') return copy?.epoch === read.epoch ? { ...copy, markedStale: false } : undefined
    return reply instanceof Buffer ? parts.codec.decode(key, reply, read.epoch) : undefined
  })
  const isMissed = (index: number) => decodedEntries[index] === undefined || decodedEntries[index].markedStale
  const needsClock =
    read.clocks.length === 0 &&
    requests.some(({ ageMs }, index) => isMissed(index) && createTokenAt(ageMs, read).clock !== read.clock)
  const clockSnapshot = needsClock ? await fetchClock(parts, readRequest) : read
  // When another history has begun between the two replies, the first is worthless.
  const isSameEpoch = clockSnapshot.epoch === read.epoch
  const now = parts.time.at(read.times.sentAt)
  const requiredToken = parts.clockTracker.wrapToken(
    clockSnapshot.epoch,
    isSameEpoch ? read.clock : clockSnapshot.clock,
  )
  return requests.map(({ key, ageMs }, index) => {
    const entry = isSameEpoch ? decodedEntries[index] : undefined
    const reply = read.entries[index]
    if (parts.onRead && entry && !entry.markedStale && reply instanceof Buffer) {
      const { epoch, clock } = read
      const fingerprint = createEntryFingerprint(reply)
      parts.onRead(key, entry.entry, { epoch, clock, sentAt: read.times.sentAt, fingerprint })
    }
    const token = createTokenAt(ageMs, clockSnapshot)
    const unreadable = isSameEpoch && entry === undefined && isCurrentEpoch(reply, read.epoch)
    return {
      now,
      token,
      requiredToken,
      entry: entry?.entry,
      markedStale: entry?.markedStale ?? false,
      unreadable,
      lease: reply !== null && typeof reply === 'object' && 'isGranted' in reply ? reply : undefined,
    }
  })

  function createTokenAt(ageMs: number, { epoch, clock, clocks, times }: ClockSnapshot): Token {
    const clockAtAge = clocks[agesMs.indexOf(Math.ceil(ageMs))] ?? 0
    return parts.clockTracker.createToken(
      { epoch, clock, clockAtAge },
      ageMs + (times.sentAt - calledAt),
      times,
    )
  }
}

/** Whether the entry should have been readable. Entries of another epoch count as missing. */
function isCurrentEpoch(reply: EntryReply | undefined, epoch: string): boolean {
  return reply instanceof Buffer ? (readHeader(reply)?.epoch ?? epoch) === epoch : false
}

interface ReadRequest {
  readonly entryRequests: readonly EntryRequest[]
  /** Called when the request for leases is sent. While the circuit is open, it is not. */
  readonly onSend: () => void
  /** Milliseconds before `calledAt`. */
  readonly agesMs: readonly number[]
  readonly calledAt: number
}

type ClockRequest = Pick<ReadRequest, 'agesMs' | 'calledAt'>

type ReadReply = ClockSnapshot & Pick<EntriesReply, 'entries'>

/** @returns undefined when the server's time is not known well enough, or the server has no epoch yet */
async function readInOneCall(
  parts: LookupParts,
  { entryRequests, calledAt, onSend }: ReadRequest,
): Promise<ReadReply | undefined> {
  if (!parts.time.isSynced(calledAt)) return undefined
  const sentAt = performance.now()
  const reply = await parts.connection.runThroughBreaker((redis) => {
    onSend()
    return readEntries(parts.context(redis), entryRequests)
  })
  const receivedAt = performance.now()
  if (reply.epoch === '') return undefined
  parts.clockTracker.recordLatency(receivedAt - sentAt)
  parts.clockTracker.observe(reply.epoch, reply.clock, receivedAt)
  return { ...reply, clocks: [], times: { sentAt, receivedAt, margin: 0 } }
}

async function readWithClock(
  parts: LookupParts,
  { entryRequests, agesMs, calledAt }: ReadRequest,
): Promise<ReadReply> {
  const fragmentKeys = entryRequests.map(({ key }) => key)
  let entries: ReadReply['entries'] = []
  const clockSnapshot = await withClock(
    parts,
    { agesMs, calledAt },
    async (context, adjustedAgesMs, newEpoch) => {
      const reply = await runReadClockAndEntries(context, fragmentKeys, adjustedAgesMs, newEpoch)
      entries = reply.entries
      return reply
    },
  )
  return { ...clockSnapshot, entries }
}

function fetchClock(parts: LookupParts, readRequest: ClockRequest): Promise<ClockSnapshot> {
  return withClock(parts, readRequest, runReadClock)
}

async function withClock(
  { connection, context, clockTracker, time }: LookupParts,
  { agesMs, calledAt }: ClockRequest,
  run: typeof runReadClock,
): Promise<ClockSnapshot> {
  const margin = clockTracker.getMargin()
  const sentAt = performance.now()
  const adjustedAgesMs = agesMs.map((ageMs) => ageMs + (sentAt - calledAt) + margin)
  const reply = await connection.runThroughBreaker((redis) =>
    run(context(redis), adjustedAgesMs, runDetached(randomUUID)),
  )
  const receivedAt = performance.now()
  const { epoch, clock, clocks } = reply
  clockTracker.recordLatency(receivedAt - sentAt)
  clockTracker.observe(epoch, clock, receivedAt)
  time.sync(reply.now, sentAt, receivedAt)
  return { epoch, clock, clocks, times: { sentAt, receivedAt, margin } }
}
