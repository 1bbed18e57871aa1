import type { ChunkEditor } from '../../core/replayableStream.ts'
import { ID_TOKEN_LENGTH, ID_TOKEN_PREFIX, isIdToken } from './idToken.ts'

/** Returns the new name of a token, or the token itself where it keeps its name. */
export type TokenRenamer = (token: string) => string

/** Calls `rename` once for each token. */
export function memoizeRenamer(rename: TokenRenamer): TokenRenamer {
  const names = new Map<string, string>()
  return (token) => {
    let name = names.get(token)
    if (name === undefined) {
      name = rename(token)
      names.set(token, name)
    }
    return name
  }
}

/** Returns all tokens in a payload. A payload is searched once. */
export function findIdTokens(payload: Uint8Array): ReadonlySet<string> {
  let tokens = tokensByPayload.get(payload)
  if (tokens === undefined) {
    const matches = new Set<string>()
    visitTokens(toBuffer(payload), true, (token) => matches.add(token))
    tokens = matches.size === 0 ? NO_TOKENS : matches
    tokensByPayload.set(payload, tokens)
  }
  return tokens
}

const NO_TOKENS: ReadonlySet<string> = new Set()
const tokensByPayload = new WeakMap<Uint8Array, ReadonlySet<string>>()

/** @returns a copy in which the tokens have their new names, or `payload` itself where all keep their names */
export function renameIdTokens(payload: Uint8Array, rename: TokenRenamer): Uint8Array {
  return renameInBuffer(toBuffer(payload), true, rename).bytes ?? payload
}

/**
 * Like {@link renameIdTokens}, for output that is still being rendered. A chunk may end inside a token. The bytes at
 * its end that may begin a token wait for the next chunk. All other bytes are passed on at once.
 */
export function createIdTokenEditor(rename: TokenRenamer): ChunkEditor {
  let waiting: Uint8Array | undefined
  return (chunk) => {
    const all = waiting && chunk ? Buffer.concat([waiting, chunk]) : (chunk ?? waiting)
    waiting = undefined
    if (all === undefined) return undefined
    const { bytes = all, complete } = renameInBuffer(toBuffer(all), chunk === undefined, rename)
    if (complete === all.byteLength) return bytes
    waiting = all.subarray(complete)
    return complete === 0 ? undefined : bytes.subarray(0, complete)
  }
}

export function renameIdTokensInStream(
  source: ReadableStream<Uint8Array>,
  rename: TokenRenamer,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  const edit = createIdTokenEditor(rename)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let hasPassedOn: boolean
        do {
          const { done, value } = await reader.read()
          const bytes = edit(value)
          if (bytes) controller.enqueue(bytes)
          if (done) controller.close()
          hasPassedOn = done || bytes !== undefined
        } while (!hasPassedOn)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/**
 * @param isLast nothing follows `all`
 * @returns `bytes` is a copy with the new names, if there are any; `complete` is the number of bytes before the
 * beginning of a token that the next chunk may complete
 */
function renameInBuffer(all: Buffer, isLast: boolean, rename: TokenRenamer) {
  let bytes: Buffer | undefined
  const complete = visitTokens(all, isLast, (token, at) => {
    const name = rename(token)
    if (name === token) return
    bytes ??= copyBuffer(all)
    bytes.write(name, at, 'latin1')
  })
  return { bytes, complete }
}

/** @returns the position of a token that is cut off at the end, or the length where there is none */
function visitTokens(all: Buffer, isLast: boolean, visit: (token: string, at: number) => void): number {
  let at = 0
  for (let start = all.indexOf(ID_TOKEN_PREFIX); start >= 0; start = all.indexOf(ID_TOKEN_PREFIX, at)) {
    const text = all.toString('latin1', start, start + ID_TOKEN_LENGTH)
    if (text.length < ID_TOKEN_LENGTH) {
      if (!isLast && REST_OF_TOKEN.test(text)) return start
    } else if (isIdToken(text)) {
      visit(text, start)
      at = start + ID_TOKEN_LENGTH
      continue
    }
    at = start + 1
  }
  for (let length = ID_TOKEN_PREFIX.length - 1; !isLast && length > 0; length--) {
    const start = all.byteLength - length
    if (start >= at && all.toString('latin1', start) === ID_TOKEN_PREFIX.slice(0, length)) return start
  }
  return all.byteLength
}

/** Allocates separate memory. `Buffer.from` would use a shared pool, which a stored payload would keep alive. */
function copyBuffer(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  bytes.copy(copy)
  return copy
}

const REST_OF_TOKEN = /^[0-9a-z]*$/

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
