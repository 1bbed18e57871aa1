import { ownBytes } from '../../core/ownBytes.ts'

/**
 * Rows of a Flight payload that tell a browser what to load ahead: of images in the markup, and of React's
 * `preload()` and its like. Decoding a payload passes them on to the page around. They are about the page and not
 * about the tree, so a tree that was decoded once, or made anew, has lost them.
 *
 * A row is `<id in hex>:<tag><content>` up to a newline; those of some tags tell their length instead
 * (`processBinaryChunk` in React's Flight client).
 */
export function hintsOf(payload: Uint8Array): Uint8Array | undefined {
  const rows = hintRows(payload)
  return rows.length > 0 ? ownBytes(Buffer.concat(rows)) : undefined
}

const HINT = 'H'.charCodeAt(0)
const [NEWLINE, COLON, COMMA] = [10, 58, 44]
export const ROWS_THAT_TELL_LENGTH = 'TAOobUSsLlGgMmV'
const TELLS_LENGTH = new Set([...ROWS_THAT_TELL_LENGTH].map((tag) => tag.charCodeAt(0)))

function hintRows(payload: Uint8Array): Uint8Array[] {
  const rows: Uint8Array[] = []
  for (let at = 0; at < payload.byteLength; ) {
    const tag = payload.indexOf(COLON, at) + 1
    const end = tag === 0 ? 0 : endOfRow(payload, tag)
    if (end === 0) break
    if (payload[tag] === HINT) rows.push(payload.subarray(at, end))
    at = end
  }
  return rows
}

/** 0 where the row is not whole. */
function endOfRow(payload: Uint8Array, tag: number): number {
  if (!TELLS_LENGTH.has(payload[tag] ?? 0)) return payload.indexOf(NEWLINE, tag) + 1
  const comma = payload.indexOf(COMMA, tag)
  if (comma < 0) return 0
  return comma + 1 + Number.parseInt(Buffer.from(payload.subarray(tag + 1, comma)).toString('latin1'), 16)
}

/** A payload that says nothing else. */
export function payloadOfHints(hints: Uint8Array): Uint8Array {
  return Buffer.concat([hints, EMPTY])
}

const EMPTY = Buffer.from('0:null\n')
