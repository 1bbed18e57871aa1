import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from './crc32.ts'
import { ENTRY_FORMAT, type Entry } from './store.ts'

/**
 * How an entry is written where it leaves the process:
 *
 *     0   "RCC" and the format's number, one byte each
 *     4   'F', or 'S' once it is marked stale: the one byte that a store changes in place
 *     5   length of the header, 4 bytes big-endian
 *     9   header: JSON in UTF-8
 *         payload
 *         seal, over the key and everything above but byte 4: CRC-32, 4 bytes big-endian; with a secret the
 *         first 16 bytes of HMAC-SHA-256
 *
 * The seal finds damage, and an entry moved to another key. Only with a secret does it find what was planted
 * by somebody who can write to the store: no hash does without one, so a cheap one will do.
 */
const MAGIC = Buffer.from([0x52, 0x43, 0x43, ENTRY_FORMAT])
export const STALE_MARK_OFFSET = 4
export const STALE_MARK = 'S'
const FRESH_MARK = 'F'
const HEADER_AT = 9
const HMAC_LENGTH = 16

interface Header {
  n: string
  c: number
  s: number | null
  g: number | null
  d: string[]
  r?: string
  e: string
}

export interface EntryCodec {
  /** @param epoch of the index that lists the entry: with another index an expiry would not find it. */
  encode(key: string, entry: Entry, epoch: string): Buffer
  /** @returns nothing for what is damaged, foreign, of another format or epoch, or wrongly sealed. */
  decode(key: string, bytes: Buffer, epoch: string): { entry: Entry; stale: boolean } | undefined
}

export function createEntryCodec(secret?: string): EntryCodec {
  const seal = secret === undefined ? checksum : keyedSeal(secret)
  const sealLength = seal('', []).byteLength

  return {
    encode(key, entry, epoch) {
      const header = Buffer.from(JSON.stringify(headerOf(entry, epoch)))
      const start = Buffer.concat([MAGIC, Buffer.from(FRESH_MARK), Buffer.alloc(4)])
      start.writeUInt32BE(header.byteLength, STALE_MARK_OFFSET + 1)
      const sealed = [MAGIC, start.subarray(STALE_MARK_OFFSET + 1), header, entry.payload]
      return Buffer.concat([start, header, entry.payload, seal(key, sealed)])
    },
    decode(key, bytes, epoch) {
      const sealAt = bytes.byteLength - sealLength
      if (sealAt < HEADER_AT || !MAGIC.equals(bytes.subarray(0, MAGIC.byteLength))) return undefined
      const sealed = [MAGIC, bytes.subarray(STALE_MARK_OFFSET + 1, sealAt)]
      if (!timingSafeEqual(seal(key, sealed), bytes.subarray(sealAt))) return undefined
      const payloadAt = HEADER_AT + bytes.readUInt32BE(STALE_MARK_OFFSET + 1)
      if (payloadAt > sealAt) return undefined
      const header = parsed(bytes.toString('utf8', HEADER_AT, payloadAt))
      if (header?.e !== epoch) return undefined
      const stale = bytes[STALE_MARK_OFFSET] !== FRESH_MARK.charCodeAt(0)
      return { entry: entryOf(header, bytesBetween(bytes, payloadAt, sealAt)), stale }
    },
  }
}

type Seal = (key: string, parts: readonly Uint8Array[]) => Buffer

const checksum: Seal = (key, parts) => {
  let sum = crc32(startOf(key))
  for (const part of parts) sum = crc32(part, sum)
  const seal = Buffer.allocUnsafe(4)
  seal.writeUInt32BE(sum)
  return seal
}

function keyedSeal(secret: string): Seal {
  return (key, parts) => {
    const hash = createHmac('sha256', secret).update(startOf(key))
    for (const part of parts) hash.update(part)
    return hash.digest().subarray(0, HMAC_LENGTH)
  }
}

/** The key ends where the first zero byte is: it is JSON text, which has none. */
function startOf(key: string): Buffer {
  return Buffer.from(`${key}\0`)
}

function headerOf({ name, createdAt, staleAt, goneAt, dependencies, route }: Entry, epoch: string): Header {
  const header: Header = {
    n: name,
    c: createdAt,
    s: finite(staleAt),
    g: finite(goneAt),
    d: [...dependencies],
    e: epoch,
  }
  return route === undefined ? header : { ...header, r: route }
}

function entryOf({ n, c, s, g, d, r }: Header, payload: Uint8Array): Entry {
  return {
    format: ENTRY_FORMAT,
    name: n,
    createdAt: c,
    staleAt: s ?? Infinity,
    goneAt: g ?? Infinity,
    dependencies: d,
    route: r,
    payload,
  }
}

/** The seal says that we wrote it, or at least that it is whole; this says that it has the shape we read. */
function parsed(text: string): Header | undefined {
  try {
    const header = JSON.parse(text) as Partial<Header> | null
    const times = [header?.c, header?.s ?? 0, header?.g ?? 0]
    const strings = [header?.n, header?.r ?? '', ...(Array.isArray(header?.d) ? header.d : [undefined])]
    const right =
      times.every((time) => typeof time === 'number') && strings.every((string) => typeof string === 'string')
    return right ? (header as Header) : undefined
  } catch {
    return undefined
  }
}

/** A plain view: React and others may mind that a Buffer is more than a Uint8Array. */
function bytesBetween({ buffer, byteOffset }: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset + start, end - start)
}

function finite(time: number): number | null {
  return Number.isFinite(time) ? time : null
}
