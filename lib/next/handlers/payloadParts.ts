import { brotliCompress, brotliDecompressSync, constants } from 'node:zlib'

/**
 * A payload of metadata and binary parts:
 *
 *     0   number of the format
 *     1   1 when the parts are compressed (Brotli), else 0
 *     2   length of the metadata, 4 bytes big-endian
 *     6   metadata: JSON in UTF-8, a list of the lengths of the parts and of the caller's own metadata
 *         the parts
 */
const PAYLOAD_FORMAT = 1
const HEADER_LENGTH = 6

/** Below this size in bytes, compression saves less than it costs. */
const MIN_COMPRESSED_BYTES = 1024
/** Lower levels are faster than the transfer that they save, and higher ones hardly smaller: see docs/next-caches.md. */
const BROTLI_QUALITY = 1
/** Limits what a damaged payload can make this process allocate. */
const MAX_RAW_BYTES = 256 * 1024 * 1024

export interface PayloadParts<Metadata> {
  readonly metadata: Metadata
  readonly parts: readonly Buffer[]
}

/** Writes a payload. Compresses the parts where that makes them smaller. */
export async function encodeParts<Metadata>({
  metadata,
  parts,
}: PayloadParts<Metadata>): Promise<Uint8Array> {
  const raw = Buffer.concat(parts)
  const compressed = raw.byteLength < MIN_COMPRESSED_BYTES ? undefined : await compress(raw)
  const isSmaller = compressed !== undefined && compressed.byteLength < 0.9 * raw.byteLength
  const json = Buffer.from(JSON.stringify([parts.map(({ byteLength }) => byteLength), metadata]))
  const header = Buffer.alloc(HEADER_LENGTH)
  header[0] = PAYLOAD_FORMAT
  header[1] = isSmaller ? 1 : 0
  header.writeUInt32BE(json.byteLength, 2)
  return Buffer.concat([header, json, isSmaller ? compressed : raw])
}

/**
 * Reads a payload.
 *
 * @param read makes a value of the content. When it throws, the metadata is not what it expects
 * @returns nothing for bytes that are no payload of this format
 */
export function decodeParts<Metadata, T>(
  payload: Uint8Array,
  read: (content: PayloadParts<Metadata>) => T | undefined,
): T | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (bytes.byteLength < HEADER_LENGTH || bytes[0] !== PAYLOAD_FORMAT) return undefined
  const start = HEADER_LENGTH + bytes.readUInt32BE(2)
  try {
    const [lengths, metadata] = JSON.parse(bytes.toString('utf8', HEADER_LENGTH, start)) as [
      number[],
      Metadata,
    ]
    const rawLength = lengths.reduce((sum, length) => sum + length, 0)
    if (rawLength > MAX_RAW_BYTES) return undefined
    const body = bytes.subarray(start)
    const raw = bytes[1] === 1 ? brotliDecompressSync(body, { maxOutputLength: rawLength || 1 }) : body
    if (raw.byteLength !== rawLength) return undefined
    let offset = 0
    const parts = lengths.map((length) => raw.subarray(offset, (offset += length)))
    return read({ metadata, parts })
  } catch {
    return undefined
  }
}

function compress(bytes: Buffer): Promise<Buffer | undefined> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
  }
  return new Promise((resolve) => {
    brotliCompress(bytes, { params }, (error, compressed) => resolve(error ? undefined : compressed))
  })
}
