import type { EntryCodec } from '../core/entryCodec.ts'
import { type EntryHeader, getEntryFormat, readHeader } from '../core/entryHeader.ts'
import { ENTRY_FORMAT } from '../core/fragmentStore.ts'

export type EntryStatus =
  /** The site can read it. */
  | { state: 'readable'; header: EntryHeader; payloadBytes: number }
  /** Of an earlier epoch: nobody reads it any more. */
  | { state: 'outdated'; header: EntryHeader; payloadBytes: number }
  /** The seal is not the one expected: damaged, or sealed with another secret. */
  | { state: 'unreadable'; header: EntryHeader }
  /** Written by another version of this library. */
  | { state: 'other-format'; header?: undefined }
  | { state: 'damaged'; header?: undefined }

/** @param epoch the one that Redis is in; none when it has lost it. */
export function classifyEntry(
  codec: EntryCodec,
  key: string,
  bytes: Buffer,
  epoch: string | undefined,
): EntryStatus {
  const format = getEntryFormat(bytes)
  if (format !== undefined && format !== ENTRY_FORMAT) return { state: 'other-format' }
  const header = readHeader(bytes)
  if (header === undefined) return { state: 'damaged' }
  // The codec does not say why it refuses; asked for the entry's own epoch, it can only mean the seal.
  const decoded = codec.decode(key, bytes, header.epoch)
  if (decoded === undefined) return { state: 'unreadable', header }
  const payloadBytes = decoded.entry.payload.byteLength
  return { state: header.epoch === epoch ? 'readable' : 'outdated', header, payloadBytes }
}
