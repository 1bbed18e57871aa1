import { STALE_MARK, STALE_MARK_OFFSET } from '../core/entryCodec.ts'
import { ENTRY_FORMAT } from '../core/store.ts'

/** What an entry says of itself. Nobody vouches for it: the seal is the codec's to check. */
export interface EntryHeader {
  readonly name: string
  readonly createdAt: number
  readonly staleAt: number
  readonly goneAt: number
  readonly dependencies: readonly string[]
  readonly route: string | undefined
  readonly epoch: string
  readonly markedStale: boolean
  /** Bytes before the payload. */
  readonly length: number
}

const LENGTH_AT = STALE_MARK_OFFSET + 1
const HEADER_AT = LENGTH_AT + 4

/** How many bytes of the entry `readHeader` needs; nothing for what is no entry of this format. */
export function headerLength(bytes: Buffer): number | undefined {
  if (formatOf(bytes) !== ENTRY_FORMAT || bytes.byteLength < HEADER_AT) return undefined
  return HEADER_AT + bytes.readUInt32BE(LENGTH_AT)
}

/** The number of the format in which an entry of this library is written. */
export function formatOf(bytes: Buffer): number | undefined {
  return bytes.toString('latin1', 0, 3) === 'RCC' ? bytes[3] : undefined
}

/**
 * Reads the header alone, as lib/core/entryCodec.ts writes it: without the payload, and whatever the seal.
 *
 * @param bytes the entry, or at least its first `headerLength` bytes.
 */
export function readHeader(bytes: Buffer): EntryHeader | undefined {
  const length = headerLength(bytes)
  if (length === undefined || length > bytes.byteLength) return undefined
  const header = parsed(bytes.toString('utf8', HEADER_AT, length))
  if (header === undefined) return undefined
  const { n, c, s, g, d, r, e } = header
  return {
    name: n,
    createdAt: c,
    staleAt: s ?? Infinity,
    goneAt: g ?? Infinity,
    dependencies: d,
    route: r,
    epoch: e,
    markedStale: bytes[STALE_MARK_OFFSET] === STALE_MARK.charCodeAt(0),
    length,
  }
}

interface Written {
  n: string
  c: number
  s: number | null
  g: number | null
  d: string[]
  r?: string
  e: string
}

function parsed(text: string): Written | undefined {
  try {
    const header = JSON.parse(text) as Partial<Written> | null
    const numbers = [header?.c, header?.s ?? 0, header?.g ?? 0]
    const strings = [
      header?.n,
      header?.e,
      header?.r ?? '',
      ...(Array.isArray(header?.d) ? header.d : [undefined]),
    ]
    const right =
      numbers.every((value) => Number.isFinite(value)) && strings.every((value) => typeof value === 'string')
    return right ? (header as Written) : undefined
  } catch {
    return undefined
  }
}
