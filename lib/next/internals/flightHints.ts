import { detachBytes } from '../../core/detachBytes.ts'
import { readFlightRows } from './readFlightRows.ts'

/**
 * The rows of a Flight payload that make a browser load resources ahead, from `preload()` and similar functions of
 * React. They belong to the page and not to the tree, so a decoded tree does not have them.
 */
export interface FlightHints {
  readonly rows: Uint8Array
  readonly calls: readonly HintCall[]
}

/** The letter of the function, as in `HintDispatch` of React's Flight, and its arguments. */
export type HintCall = readonly [code: string, ...args: readonly unknown[]]

export function getHints(payload: Uint8Array): FlightHints | undefined {
  const rows = extractHintRows(payload)
  if (rows.length === 0) return undefined
  return { rows: detachBytes(Buffer.concat(rows)), calls: rows.flatMap(parseHintRow) }
}

const HINT = 'H'.charCodeAt(0)

function extractHintRows(payload: Uint8Array): Uint8Array[] {
  const rows: Uint8Array[] = []
  for (const { start, tag, end } of readFlightRows(payload)) {
    if (payload[tag] === HINT) rows.push(payload.subarray(start, end))
  }
  return rows
}

/** Returns no call for a row whose format a later version of React has changed. */
function parseHintRow(row: Uint8Array): HintCall[] {
  const text = Buffer.from(row).toString()
  const at = text.indexOf(':H')
  try {
    const args: unknown = JSON.parse(text.slice(at + 3))
    return [[text.charAt(at + 2), ...(Array.isArray(args) ? args : [args])]]
  } catch {
    return []
  }
}
