import { createHmac, timingSafeEqual } from 'node:crypto'
import { crc32 } from './crc32.ts'
import { readHeader, SIGNED_OFFSET, writeHeader } from './entryHeader.ts'
import { ENTRY_FORMAT, type Entry } from './fragmentStore.ts'

export interface EntryCodec {
  /** @param epoch of the index that lists the entry: with another index an expiry would not find it. */
  encode(key: string, entry: Entry, epoch: string): Buffer
  /** @returns nothing for bytes that are damaged, no entry, of another format or epoch, or with a wrong signature */
  decode(key: string, bytes: Buffer, epoch: string): { entry: Entry; markedStale: boolean } | undefined
}

/**
 * Encodes entries that leave the process: the header (entryHeader.ts), the payload, and a signature. The signature covers the
 * entry's Redis key and all bytes after the stale mark. It is a CRC-32 (4 bytes, big-endian), or with a secret the first
 * 16 bytes of an HMAC-SHA-256.
 *
 * The signature detects damage, and an entry that was moved to another key or namespace. Only with a secret does it detect an
 * entry that was planted by someone with write access to the store. No hash can do so without a secret, so a cheap one
 * suffices.
 *
 * @param prefix of the Redis keys of entries, which keeps namespaces with the same secret apart
 * @param options.sharesBytes Whether a decoded payload is a view of the bytes. Only for entries that are not kept: a view keeps
 * alive the whole reply of Redis, with all entries of a page
 */
export function createEntryCodec(
  prefix: string,
  secret?: string,
  { sharesBytes = false }: { readonly sharesBytes?: boolean } = {},
): EntryCodec {
  const signer = secret === undefined ? checksumSigner : createHmacSigner(secret)

  return {
    encode(key, entry, epoch) {
      const { payload } = entry
      const { bytes, length } = writeHeader(entry, epoch, payload.byteLength + signer.length)
      bytes.set(payload, length)
      const end = length + payload.byteLength
      signer.sign(prefix + key, bytes.subarray(SIGNED_OFFSET, end)).copy(bytes, end)
      return bytes
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
      const view = new Uint8Array(
        bytes.buffer,
        bytes.byteOffset + header.length,
        signatureOffset - header.length,
      )
      const payload = sharesBytes ? view : view.slice()
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
      return { entry, markedStale }
    },
  }
}

interface Signer {
  readonly length: number
  sign(name: string, signedBytes: Buffer): Buffer
  /** Whether the signature at `offset` of `bytes` matches the name and the signed bytes. */
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

/** A zero byte ends the name. The JSON text at the end of each name has none. */
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
