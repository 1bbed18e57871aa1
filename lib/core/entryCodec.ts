import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from './crc32.ts'
import { readHeader, SIGNED_OFFSET, writeHeader } from './entryHeader.ts'
import { ENTRY_FORMAT, type Entry } from './fragmentStore.ts'

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
  const signer = secret === undefined ? checksumSigner : createHmacSigner(secret)

  return {
    encode(key, entry, epoch) {
      const unsigned = Buffer.concat([writeHeader(entry, epoch), entry.payload])
      return Buffer.concat([unsigned, signer.sign(prefix + key, unsigned.subarray(SIGNED_OFFSET))])
    },
    decode(key, bytes, epoch) {
      const header = readHeader(bytes)
      const signatureOffset = bytes.byteLength - signer.length
      if (header === undefined || header.epoch !== epoch || header.length > signatureOffset) return undefined
      if (
        !signer.verify(prefix + key, bytes.subarray(SIGNED_OFFSET, signatureOffset), bytes, signatureOffset)
      )
        return undefined
      const { name, createdAt, staleAt, discardAt, dependencies, route, markedStale } = header
      // In a buffer of its own: a view would keep a reply of Redis with all the entries of a page alive.
      const payload = new Uint8Array(bytes.subarray(header.length, signatureOffset))
      const entry = {
        format: ENTRY_FORMAT,
        name,
        createdAt,
        staleAt,
        discardAt,
        dependencies,
        route,
        payload,
      }
      return { entry, stale: markedStale }
    },
  }
}

interface Signer {
  readonly length: number
  sign(name: string, signedBytes: Buffer): Buffer
  /** Whether the seal at `at` is the one of these bytes. */
  verify(name: string, signedBytes: Buffer, bytes: Buffer, offset: number): boolean
}

const checksumSigner: Signer = {
  length: 4,
  sign(name, signedBytes) {
    const signature = Buffer.allocUnsafe(4)
    signature.writeUInt32BE(computeChecksum(name, signedBytes))
    return signature
  },
  verify: (name, signedBytes, bytes, offset) =>
    bytes.readUInt32BE(offset) === computeChecksum(name, signedBytes),
}

/** The name ends where the zero byte is: it ends in JSON text, which has none. */
function computeChecksum(name: string, signedBytes: Buffer): number {
  return crc32(signedBytes, crc32(`${name}\0`))
}

function createHmacSigner(secret: string): Signer {
  const length = 16
  const sign = (name: string, signedBytes: Buffer) =>
    createHmac('sha256', secret).update(`${name}\0`).update(signedBytes).digest().subarray(0, length)
  return {
    length,
    sign,
    verify: (name, signedBytes, bytes, offset) =>
      timingSafeEqual(sign(name, signedBytes), bytes.subarray(offset)),
  }
}
