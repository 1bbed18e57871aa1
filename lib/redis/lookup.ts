import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { EntryCodec } from '../core/entryCodec.ts'
import { readHeader } from '../core/entryHeader.ts'
import type { Entry, LookupRequest, SharedLookup, Token } from '../core/store.ts'
import type { Connection } from './connection.ts'
import { type Found, readEntries, runClock, runClockAndRead, type ScriptContext } from './scripts.ts'
import type { ServerTime } from './serverTime.ts'
import type { Times, Tokens } from './tokens.ts'

export interface LookupParts {
  readonly connection: Connection
  readonly codec: EntryCodec
  readonly tokens: Tokens
  readonly time: ServerTime
  context(redis: Redis): ScriptContext
  /** Told of each entry that was read and is not marked stale. */
  onRead(key: string, entry: Entry, seen: Seen): void
}

/** What one lookup in Redis tells, besides the entries. */
export interface Seen {
  readonly epoch: string
  readonly clock: number
  /** When it was asked, on this process's monotonic clock. */
  readonly sent: number
}

/** What the server told of its history: the clock, and how it stood at each age that was asked for. */
interface Moment {
  readonly epoch: string
  readonly clock: number
  readonly clocks: readonly number[]
  readonly times: Times
}

/**
 * Looks up any number of entries in one round trip. Hits are read by a plain MGET, which is as fast as Redis
 * can be. Who misses needs a token as of the moment he began to read; where what this process was told of
 * the clock does not settle it, a second small round trip asks how it stood then.
 */
export function createLookup(parts: LookupParts) {
  /** @param called the moment, on this process's monotonic clock, that the ages are as of */
  return async (requests: readonly LookupRequest[], called: number): Promise<SharedLookup[]> => {
    // Siblings are of one age, or nearly: each whole millisecond is asked for once.
    const ages = [...new Set(requests.map(({ age }) => Math.ceil(age)))]
    const reading = { names: requests.map(({ key }) => key), ages, called }
    const read = (await readPlainly(parts, reading)) ?? (await readWithClock(parts, reading))
    const found = requests.map(({ key }, index) => {
      const bytes = read.entries[index]
      return bytes ? parts.codec.decode(key, bytes, read.epoch) : undefined
    })
    const isMissed = (index: number) => found[index] === undefined || found[index].stale
    const mustAsk =
      read.clocks.length === 0 &&
      requests.some(({ age }, index) => isMissed(index) && tokenAt(age, read).clock !== read.clock)
    const moment = mustAsk ? await askClock(parts, reading) : read
    // Where another history has begun between the two, nothing of the first is worth anything.
    const same = moment.epoch === read.epoch
    const now = parts.time.at(read.times.sent)
    const current = parts.tokens.issue(moment.epoch, same ? read.clock : moment.clock)
    return requests.map(({ key, age }, index) => {
      const entry = same ? found[index] : undefined
      if (entry && !entry.stale) {
        parts.onRead(key, entry.entry, { epoch: read.epoch, clock: read.clock, sent: read.times.sent })
      }
      const token = tokenAt(age, moment)
      const unreadable = same && entry === undefined && isOfNow(read.entries[index], read.epoch)
      return { now, token, current, entry: entry?.entry, refreshed: entry?.stale ?? false, unreadable }
    })

    function tokenAt(age: number, { epoch, clock, clocks, times }: Moment): Token {
      const asked = clocks[ages.indexOf(Math.ceil(age))] ?? 0
      return parts.tokens.tokenFor({ epoch, clock, asked }, age + (times.sent - called), times)
    }
  }
}

/** Whether it should have been readable: entries of another epoch are as if they were not there. */
function isOfNow(bytes: Buffer | null | undefined, epoch: string): boolean {
  return bytes ? (readHeader(bytes)?.epoch ?? epoch) === epoch : false
}

interface Reading {
  readonly names: readonly string[]
  /** Milliseconds, as of `called`. */
  readonly ages: readonly number[]
  readonly called: number
}

type Read = Moment & Pick<Found, 'entries'>

/** Nothing where the server's time is not known well enough, or the server has no epoch yet. */
async function readPlainly(parts: LookupParts, { names, called }: Reading): Promise<Read | undefined> {
  if (!parts.time.isKnown(called)) return undefined
  const sent = performance.now()
  const found = await parts.connection.forReading((redis) => readEntries(parts.context(redis), names))
  const came = performance.now()
  if (found.epoch === '') return undefined
  parts.tokens.took(came - sent)
  parts.tokens.observe(found.epoch, found.clock, came)
  return { ...found, clocks: [], times: { sent, came, margin: 0 } }
}

async function readWithClock(parts: LookupParts, { names, ...reading }: Reading): Promise<Read> {
  let entries: Read['entries'] = []
  const moment = await withClock(parts, reading, async (context, ages, newEpoch) => {
    const reply = await runClockAndRead(context, names, ages, newEpoch)
    entries = reply.entries
    return reply
  })
  return { ...moment, entries }
}

function askClock(parts: LookupParts, reading: Omit<Reading, 'names'>): Promise<Moment> {
  return withClock(parts, reading, runClock)
}

async function withClock(
  { connection, context, tokens, time }: LookupParts,
  { ages, called }: Omit<Reading, 'names'>,
  run: typeof runClock,
): Promise<Moment> {
  const margin = tokens.margin()
  const sent = performance.now()
  const asked = ages.map((age) => age + (sent - called) + margin)
  const reply = await connection.forReading((redis) => run(context(redis), asked, randomUUID()))
  const came = performance.now()
  const { epoch, clock, clocks } = reply
  tokens.took(came - sent)
  tokens.observe(epoch, clock, came)
  time.told(reply.now, sent, came)
  return { epoch, clock, clocks, times: { sent, came, margin } }
}
