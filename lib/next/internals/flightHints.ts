import { ownBytes } from '../../core/ownBytes.ts'
import { flightRows } from './flightRows.ts'

/**
 * Rows of a Flight payload that tell a browser what to load ahead: of images in the markup, and of React's
 * `preload()` and its like. Decoding a payload passes them on to the page around. They are about the page and not
 * about the tree, so a tree that was decoded once, or made anew, has lost them.
 */
export function hintsOf(payload: Uint8Array): Uint8Array | undefined {
  const rows = hintRows(payload)
  return rows.length > 0 ? ownBytes(Buffer.concat(rows)) : undefined
}

const HINT = 'H'.charCodeAt(0)

function hintRows(payload: Uint8Array): Uint8Array[] {
  const rows: Uint8Array[] = []
  for (const { start, tag, end } of flightRows(payload)) {
    if (payload[tag] === HINT) rows.push(payload.subarray(start, end))
  }
  return rows
}

/** A payload that says nothing else. */
export function payloadOfHints(hints: Uint8Array): Uint8Array {
  return Buffer.concat([hints, EMPTY])
}

const EMPTY = Buffer.from('0:null\n')
