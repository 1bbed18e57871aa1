import { ENTRY_FORMAT, type Entry } from './store.ts'

/**
 * How an entry begins where it leaves the process:
 *
 *     0   "RCC" and the format's number, one byte each
 *     4   'F', or 'S' once it is marked stale: the one byte that a store changes in place
 *     5   length of what follows up to the payload, 4 bytes big-endian
 *     9   createdAt, staleAt and goneAt: doubles, big-endian
 *    33   JSON in UTF-8: a list of the epoch, the name, the route or null, and each dependency
 *
 * A page of hits reads dozens of these, so what every hit needs is at a fixed place.
 */
/** The first bytes of an entry of this format. */
export const MAGIC = Buffer.from([0x52, 0x43, 0x43, ENTRY_FORMAT])
export const STALE_MARK_OFFSET = 4
export const STALE_MARK = 'S'
const FRESH_MARK = 'F'
/** All from here on is sealed; what is before is compared as it is. */
export const SEALED_FROM = 5
const LENGTH_AT = 5
const TIMES_AT = 9
const TEXTS_AT = 33
/** Where the epoch's own text begins, behind a bracket and a quote. */
export const EPOCH_OFFSET = TEXTS_AT + 2

/** What an entry says of itself. Nobody vouches for it: the seal is the codec's to check. */
export interface EntryHeader extends Omit<Entry, 'format' | 'payload'> {
  /** Of the index that lists the entry. */
  readonly epoch: string
  readonly markedStale: boolean
  /** Bytes before the payload. */
  readonly length: number
}

/** The number of the format in which an entry of this library is written. */
export function formatOf(bytes: Buffer): number | undefined {
  const isOurs = bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1] && bytes[2] === MAGIC[2]
  return isOurs ? bytes[3] : undefined
}

/** How many bytes of the entry {@link readHeader} needs; nothing for what is no entry of this format. */
export function headerLength(bytes: Buffer): number | undefined {
  if (formatOf(bytes) !== ENTRY_FORMAT || bytes.byteLength < TIMES_AT) return undefined
  return TIMES_AT + bytes.readUInt32BE(LENGTH_AT)
}

/**
 * @param bytes the entry, or at least its first {@link headerLength} bytes.
 * @returns nothing for what is no header of this format, or not whole.
 */
export function readHeader(bytes: Buffer): EntryHeader | undefined {
  const length = headerLength(bytes)
  if (length === undefined || length < TEXTS_AT || length > bytes.byteLength) return undefined
  const createdAt = bytes.readDoubleBE(TIMES_AT)
  const staleAt = bytes.readDoubleBE(TIMES_AT + 8)
  const goneAt = bytes.readDoubleBE(TIMES_AT + 16)
  if (Number.isNaN(createdAt) || Number.isNaN(staleAt) || Number.isNaN(goneAt)) return undefined
  const texts = parsed(bytes.toString('utf8', TEXTS_AT, length))
  if (texts === undefined) return undefined
  const [epoch, name, route, ...dependencies] = texts
  const markedStale = bytes[STALE_MARK_OFFSET] !== FRESH_MARK.charCodeAt(0)
  return {
    name,
    createdAt,
    staleAt,
    goneAt,
    dependencies,
    route: route ?? undefined,
    epoch,
    markedStale,
    length,
  }
}

export function writeHeader(entry: Entry, epoch: string): Buffer {
  const { createdAt, staleAt, goneAt, name, route, dependencies } = entry
  const texts = Buffer.from(JSON.stringify([epoch, name, route ?? null, ...dependencies]))
  const start = Buffer.alloc(TEXTS_AT)
  MAGIC.copy(start)
  start.write(FRESH_MARK, STALE_MARK_OFFSET)
  start.writeUInt32BE(TEXTS_AT - TIMES_AT + texts.byteLength, LENGTH_AT)
  start.writeDoubleBE(createdAt, TIMES_AT)
  start.writeDoubleBE(staleAt, TIMES_AT + 8)
  start.writeDoubleBE(goneAt, TIMES_AT + 16)
  return Buffer.concat([start, texts])
}

type Texts = [epoch: string, name: string, route: string | null, ...dependencies: string[]]

function parsed(json: string): Texts | undefined {
  try {
    const texts: unknown = JSON.parse(json)
    if (!Array.isArray(texts) || texts.length < 3) return undefined
    for (let index = 0; index < texts.length; index++) {
      if (typeof texts[index] !== 'string' && !(index === 2 && texts[index] === null)) return undefined
    }
    return texts as Texts
  } catch {
    return undefined
  }
}
