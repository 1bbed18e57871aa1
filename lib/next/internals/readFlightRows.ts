/** One row of a Flight payload, as byte offsets. */
export interface FlightRow {
  readonly start: number
  /** Offset of the tag, the byte behind the colon. A row of plain JSON has no tag: its content begins there. */
  readonly tag: number
  /** Offset behind the row. */
  readonly end: number
}

const NEWLINE = '\n'.charCodeAt(0)
const COLON = ':'.charCodeAt(0)
const COMMA = ','.charCodeAt(0)

/** Tags of rows that give the length of their content in place of a newline behind it. */
export const LENGTH_PREFIXED_TAGS = 'TAOobUSsLlGgMmV'
const LENGTH_PREFIXED_BYTES = new Set([...LENGTH_PREFIXED_TAGS].map((tag) => tag.charCodeAt(0)))

/**
 * The complete rows of a Flight payload, in their order. Ends before a row that was cut off.
 *
 * A row is `<id in hex>:<tag><content>` up to a newline, or `<id in hex>:<tag><length in hex>,<content>`
 * (`processBinaryChunk` in React's Flight client).
 */
export function* readFlightRows(payload: Uint8Array): Generator<FlightRow> {
  for (let start = 0; start < payload.byteLength; ) {
    const tag = payload.indexOf(COLON, start) + 1
    const end = tag === 0 ? 0 : findRowEnd(payload, tag)
    if (end === 0) return
    yield { start, tag, end }
    start = end
  }
}

/** Returns 0 if the row is not complete. */
function findRowEnd(payload: Uint8Array, tag: number): number {
  if (!LENGTH_PREFIXED_BYTES.has(payload[tag] ?? 0)) return payload.indexOf(NEWLINE, tag) + 1
  const comma = payload.indexOf(COMMA, tag)
  if (comma < 0) return 0
  return comma + 1 + Number.parseInt(Buffer.from(payload.subarray(tag + 1, comma)).toString('latin1'), 16)
}
