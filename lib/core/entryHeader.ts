import { ENTRY_FORMAT, type Entry } from './fragmentStore.ts'
import { ENTRY_MAGIC, FRESH_MARK, STALE_MARK_OFFSET, TEXTS_OFFSET } from './protocol.gen.ts'

/** The first bytes of an entry of this format. */
export const MAGIC = Buffer.from([...Buffer.from(ENTRY_MAGIC), ENTRY_FORMAT])
/** The signature covers all bytes from this offset on. The magic is compared, and the stale mark changes in place. */
export const SIGNED_OFFSET = 5
const LENGTH_OFFSET = 5
const TIMES_OFFSET = 9
/** Offset of the epoch's text, after a bracket and a quote. */
export const EPOCH_OFFSET = TEXTS_OFFSET + 2

/**
 * The header of an entry that leaves the process:
 *
 *     0   "RCC" and the format's number, one byte each
 *     4   'F', or 'S' once it is marked stale: the one byte that a store changes in place
 *     5   length of the rest of the header, 4 bytes big-endian
 *     9   createdAt, staleAt and discardAt: doubles, big-endian
 *    33   JSON in UTF-8: a list of the epoch, the name, the route or null, and each dependency
 *
 * A page of hits reads dozens of headers, so the fields that every hit needs have fixed offsets.
 * The fields are not verified: the codec checks the signature.
 */
export interface EntryHeader extends Omit<Entry, 'format' | 'payload'> {
  /** The epoch of the index that lists the entry. */
  readonly epoch: string
  readonly markedStale: boolean
  /** Bytes before the payload. */
  readonly length: number
}

/** Reads an entry's format number. Returns undefined for bytes that are no entry of this library. */
export function getEntryFormat(bytes: Buffer): number | undefined {
  const hasMagic = bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1] && bytes[2] === MAGIC[2]
  return hasMagic ? bytes[3] : undefined
}

/** Reads how many bytes {@link readHeader} needs. Returns undefined for bytes that are no entry of this format. */
export function getHeaderLength(bytes: Buffer): number | undefined {
  if (getEntryFormat(bytes) !== ENTRY_FORMAT || bytes.byteLength < TIMES_OFFSET) return undefined
  return TIMES_OFFSET + bytes.readUInt32BE(LENGTH_OFFSET)
}

/**
 * @param bytes the entry, or at least its first {@link getHeaderLength} bytes.
 * @returns nothing for bytes that hold no complete header of this format
 */
export function readHeader(bytes: Buffer): EntryHeader | undefined {
  const length = getHeaderLength(bytes)
  if (length === undefined || length < TEXTS_OFFSET || length > bytes.byteLength) return undefined
  const createdAt = bytes.readDoubleBE(TIMES_OFFSET)
  const staleAt = bytes.readDoubleBE(TIMES_OFFSET + 8)
  const discardAt = bytes.readDoubleBE(TIMES_OFFSET + 16)
  if (Number.isNaN(createdAt) || Number.isNaN(staleAt) || Number.isNaN(discardAt)) return undefined
  const texts = parseTexts(bytes.toString('utf8', TEXTS_OFFSET, length))
  if (texts === undefined) return undefined
  const [epoch, name, route, ...dependencies] = texts
  const markedStale = bytes[STALE_MARK_OFFSET] !== FRESH_MARK.charCodeAt(0)
  return {
    name,
    createdAt,
    staleAt,
    discardAt,
    dependencies,
    route: route ?? undefined,
    epoch,
    markedStale,
    length,
  }
}

/**
 * Writes the header of an entry.
 *
 * @param trailingBytes space to leave after it, for the payload and the signature
 */
export function writeHeader(
  entry: Entry,
  epoch: string,
  trailingBytes = 0,
): { bytes: Buffer; length: number } {
  const { createdAt, staleAt, discardAt, name, route, dependencies } = entry
  const texts = JSON.stringify([epoch, name, route ?? null, ...dependencies])
  const length = TEXTS_OFFSET + Buffer.byteLength(texts)
  const bytes = Buffer.allocUnsafe(length + trailingBytes)
  MAGIC.copy(bytes)
  bytes.write(FRESH_MARK, STALE_MARK_OFFSET)
  bytes.writeUInt32BE(length - TIMES_OFFSET, LENGTH_OFFSET)
  bytes.writeDoubleBE(createdAt, TIMES_OFFSET)
  bytes.writeDoubleBE(staleAt, TIMES_OFFSET + 8)
  bytes.writeDoubleBE(discardAt, TIMES_OFFSET + 16)
  bytes.write(texts, TEXTS_OFFSET)
  return { bytes, length }
}

type Texts = [epoch: string, name: string, route: string | null, ...dependencies: string[]]

function parseTexts(json: string): Texts | undefined {
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
