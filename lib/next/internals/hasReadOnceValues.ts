import { readFlightRows } from './readFlightRows.ts'

const resultByPayload = new WeakMap<Uint8Array, boolean>()

/** Streams (`R`, `r`: of bytes) and async iterators (`x`). An async iterable (`X`) can be read any number of times. */
const STREAM_TAGS = new Set([...'Rrx'].map((tag) => tag.charCodeAt(0)))
const ITERATOR = Buffer.from('"$i')
const BACKSLASH = '\\'.charCodeAt(0)

/**
 * Whether a Flight payload decodes to values that can be read once: iterators, async iterators, streams. A tree
 * with such a value must not be shared, because encoding or rendering the tree uses the value up.
 *
 * Text of the site that looks like Flight's reference to an iterator may be mistaken for one. The payload is then
 * decoded for each reader, which is slower and still right.
 */
export function hasReadOnceValues(payload: Uint8Array): boolean {
  let result = resultByPayload.get(payload)
  if (result === undefined) {
    result = hasIterators(payload) || hasStreams(payload)
    resultByPayload.set(payload, result)
  }
  return result
}

function hasStreams(payload: Uint8Array): boolean {
  for (const { tag } of readFlightRows(payload)) if (STREAM_TAGS.has(payload[tag] ?? 0)) return true
  return false
}

/** References to iterators are JSON strings `"$i<id in hex>"` in any row. */
function hasIterators(payload: Uint8Array): boolean {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  for (let at = bytes.indexOf(ITERATOR); at >= 0; at = bytes.indexOf(ITERATOR, at + 1)) {
    if (bytes[at - 1] === BACKSLASH) continue
    if (/^[0-9a-f]+"/.test(bytes.toString('latin1', at + ITERATOR.length, at + ITERATOR.length + 10)))
      return true
  }
  return false
}
