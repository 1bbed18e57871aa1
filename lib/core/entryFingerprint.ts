import { TEXTS_OFFSET } from './protocol.gen.ts'

/**
 * Tells whether a store still has the bytes of which a process keeps a copy, without a transfer. The first bytes have the
 * times, and the last ones have the signature of all others.
 */
export interface EntryFingerprint {
  readonly length: number
  readonly first: Buffer
  readonly last: Buffer
}

/** The longest signature. */
const LAST_BYTES = 16
/** Shorter entries are read as fast as they are compared. */
const MIN_BYTES = 1_024

/** @returns nothing for an entry that is better read again */
export function createEntryFingerprint(bytes: Buffer): EntryFingerprint | undefined {
  const { length } = bytes
  if (length < MIN_BYTES) return undefined
  // A view would keep alive the whole reply of the store.
  const copy = Buffer.alloc(TEXTS_OFFSET + LAST_BYTES)
  bytes.copy(copy, 0, 0, TEXTS_OFFSET)
  bytes.copy(copy, TEXTS_OFFSET, length - LAST_BYTES)
  return { length, first: copy.subarray(0, TEXTS_OFFSET), last: copy.subarray(TEXTS_OFFSET) }
}
