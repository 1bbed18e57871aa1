import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from './crc32.ts'
import { readHeader, SEALED_FROM, writeHeader } from './entryHeader.ts'
import { ENTRY_FORMAT, type Entry } from './store.ts'

export interface EntryCodec {
  /** @param epoch of the index that lists the entry: with another index an expiry would not find it. */
  encode(key: string, entry: Entry, epoch: string): Buffer
  /** @returns nothing for what is damaged, foreign, of another format or epoch, or wrongly sealed. */
  decode(key: string, bytes: Buffer, epoch: string): { entry: Entry; stale: boolean } | undefined
}

/**
 * How an entry is written where it leaves the process: its header (entryHeader.ts), the payload, and a seal
 * over the full name and all of that but the mark: CRC-32, 4 bytes big-endian; with a secret the first 16 bytes
 * of HMAC-SHA-256.
 *
 * The seal finds damage, and an entry moved to another key or namespace. Only with a secret does it find what
 * was planted by somebody who can write to the store: no hash does without one, so a cheap one will do.
 *
 * @param prefix of the full names of entries: two namespaces may have one secret.
 */
export function createEntryCodec(prefix: string, secret?: string): EntryCodec {
  const seal = secret === undefined ? checksum : keyedSeal(secret)

  return {
    encode(key, entry, epoch) {
      const unsealed = Buffer.concat([writeHeader(entry, epoch), entry.payload])
      return Buffer.concat([unsealed, seal.of(prefix + key, unsealed.subarray(SEALED_FROM))])
    },
    decode(key, bytes, epoch) {
      const header = readHeader(bytes)
      const sealAt = bytes.byteLength - seal.length
      if (header === undefined || header.epoch !== epoch || header.length > sealAt) return undefined
      if (!seal.fits(prefix + key, bytes.subarray(SEALED_FROM, sealAt), bytes, sealAt)) return undefined
      const { name, createdAt, staleAt, goneAt, dependencies, route, markedStale } = header
      // In a buffer of its own: a view would keep a reply of Redis with all the entries of a page alive.
      const payload = new Uint8Array(bytes.subarray(header.length, sealAt))
      const entry = {
        format: ENTRY_FORMAT,
        name,
        createdAt,
        staleAt,
        goneAt,
        dependencies,
        route,
        payload,
      }
      return { entry, stale: markedStale }
    },
  }
}

interface Seal {
  readonly length: number
  of(name: string, sealed: Buffer): Buffer
  /** Whether the seal at `at` is the one of these bytes. */
  fits(name: string, sealed: Buffer, bytes: Buffer, at: number): boolean
}

const checksum: Seal = {
  length: 4,
  of(name, sealed) {
    const seal = Buffer.allocUnsafe(4)
    seal.writeUInt32BE(sumOf(name, sealed))
    return seal
  },
  fits: (name, sealed, bytes, at) => bytes.readUInt32BE(at) === sumOf(name, sealed),
}

/** The name ends where the zero byte is: it ends in JSON text, which has none. */
function sumOf(name: string, sealed: Buffer): number {
  return crc32(sealed, crc32(`${name}\0`))
}

function keyedSeal(secret: string): Seal {
  const length = 16
  const of = (name: string, sealed: Buffer) =>
    createHmac('sha256', secret).update(`${name}\0`).update(sealed).digest().subarray(0, length)
  return {
    length,
    of,
    fits: (name, sealed, bytes, at) => timingSafeEqual(of(name, sealed), bytes.subarray(at)),
  }
}
