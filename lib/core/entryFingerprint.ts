import { TEXTS_OFFSET } from './protocol.gen.ts'

/** First bytes of an entry in a fingerprint: they have the times. */
export const FINGERPRINT_START = TEXTS_OFFSET
/** The longest signature. */
const END = 16
/** Shorter entries are read as fast as they are compared. */
const MIN_BYTES = 1_024

/**
 * Creates bytes that tell whether a store still has the entry of which a process keeps a copy, without a transfer: the
 * length as 4 bytes (big-endian), the first bytes, and the last ones, which have the signature of all others.
 *
 * @returns nothing for an entry that is better read again
 */
export function createEntryFingerprint(bytes: Buffer): Buffer | undefined {
  const { length } = bytes
  if (length < MIN_BYTES) return undefined
  const fingerprint = Buffer.alloc(4 + FINGERPRINT_START + END)
  fingerprint.writeUInt32BE(length)
  bytes.copy(fingerprint, 4, 0, FINGERPRINT_START)
  bytes.copy(fingerprint, 4 + FINGERPRINT_START, length - END)
  return fingerprint
}
