/**
 * Rows of a Flight payload that tell a browser what to load ahead: React's `preload()` and its like. They are about
 * the page and not about the tree, so a tree that was decoded once has lost them.
 *
 * A row is `<id in hex>:<tag><content>` up to a newline; those of some tags tell their length instead
 * (`processBinaryChunk` in React's Flight client).
 */
export interface Hints {
  readonly rows: Uint8Array
  readonly calls: readonly HintCall[]
}

/** The letter of the function, as in `HintDispatch` of React's Flight, and its arguments. */
export type HintCall = readonly [code: string, ...args: readonly unknown[]]

export function hintsOf(payload: Uint8Array): Hints | undefined {
  let hints = known.get(payload)
  if (hints === undefined) {
    const rows = rowsIn(payload)
    hints = rows.length > 0 && { rows: Buffer.concat(rows), calls: rows.flatMap(callIn) }
    known.set(payload, hints)
  }
  return hints || undefined
}

const known = new WeakMap<Uint8Array, Hints | false>()
const HINT = 'H'.charCodeAt(0)
const [NEWLINE, COLON, COMMA] = [10, 58, 44]
export const ROWS_THAT_TELL_LENGTH = 'TAOobUSsLlGgMmV'
const TELLS_LENGTH = new Set([...ROWS_THAT_TELL_LENGTH].map((tag) => tag.charCodeAt(0)))

function rowsIn(payload: Uint8Array): Uint8Array[] {
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

/** Nothing for a row that a later version of React writes in another way. */
function callIn(row: Uint8Array): HintCall[] {
  const text = Buffer.from(row).toString()
  const at = text.indexOf(':H')
  try {
    const args: unknown = JSON.parse(text.slice(at + 3))
    return [[text.charAt(at + 2), ...(Array.isArray(args) ? args : [args])]]
  } catch {
    return []
  }
}
