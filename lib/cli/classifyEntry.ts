import type { EntryCodec } from '../core/entryCodec.ts'
import { type EntryHeader, getEntryFormat, readHeader } from '../core/entryHeader.ts'
import { ENTRY_FORMAT } from '../core/fragmentStore.ts'

export type EntryStatus =
  /** The site can read the entry. */
  | { state: 'readable'; header: EntryHeader; payloadBytes: number }
  /** The entry is from an earlier epoch, so it is never read again. */
  | { state: 'outdated'; header: EntryHeader; payloadBytes: number }
  /** The signature does not match: the entry is damaged, or signed with another secret. */
  | { state: 'unreadable'; header: EntryHeader }
  /** Another version of this library wrote the entry. */
  | { state: 'other-format'; header?: undefined }
  | { state: 'damaged'; header?: undefined }

/** @param epoch the current epoch of Redis; `undefined` when Redis has lost it */
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
  // The codec gives no reason for a refusal. With the entry's own epoch, only the signature can be the reason.
  const decoded = codec.decode(key, bytes, header.epoch)
  if (decoded === undefined) return { state: 'unreadable', header }
  const payloadBytes = decoded.entry.payload.byteLength
  return { state: header.epoch === epoch ? 'readable' : 'outdated', header, payloadBytes }
}
