import { TEXTS_OFFSET } from './protocol.gen.ts'

/** First bytes of an entry in a fingerprint: they have the times. */
export const FINGERPRINT_START = TEXTS_OFFSET
/** The longest signature. */
const END = 16
/** Shorter entries are read as fast as they are compared. */
const MIN_BYTES = 1_024

/**
 * Creates bytes that tell whether a store still has the entry of which a process keeps a copy, without a transfer: the
 * length as 4 bytes (big-endian), the first bytes, and the last ones, which have the signature of all others. A text with a
 * character for each byte takes less memory than a buffer.
 *
 * @returns nothing for an entry that is better read again
 */
export function createEntryFingerprint(bytes: Buffer): string | undefined {
  const { length } = bytes
  if (length < MIN_BYTES) return undefined
  const lengthBytes = Buffer.alloc(4)
  lengthBytes.writeUInt32BE(length)
  const [first, last] = [bytes.subarray(0, FINGERPRINT_START), bytes.subarray(length - END)]
  return Buffer.concat([lengthBytes, first, last]).toString('latin1')
}
