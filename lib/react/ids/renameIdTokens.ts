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
    visitTokens(toBuffer(payload), (token) => matches.add(token))
    tokens = matches.size === 0 ? NO_TOKENS : matches
    tokensByPayload.set(payload, tokens)
  }
  return tokens
}

const NO_TOKENS: ReadonlySet<string> = new Set()
const tokensByPayload = new WeakMap<Uint8Array, ReadonlySet<string>>()

/** @returns a copy in which the tokens have their new names, or `payload` itself where all keep their names */
export function renameIdTokens(payload: Uint8Array, rename: TokenRenamer): Uint8Array {
  return renameInBuffer(toBuffer(payload), rename) ?? payload
}

/** @returns a copy with the new names, if there are any */
function renameInBuffer(all: Buffer, rename: TokenRenamer): Buffer | undefined {
  let bytes: Buffer | undefined
  visitTokens(all, (token, at) => {
    const name = rename(token)
    if (name === token) return
    bytes ??= copyBuffer(all)
    bytes.write(name, at, 'latin1')
  })
  return bytes
}

function visitTokens(all: Buffer, visit: (token: string, at: number) => void): void {
  let at = 0
  for (let start = all.indexOf(ID_TOKEN_PREFIX); start >= 0; start = all.indexOf(ID_TOKEN_PREFIX, at)) {
    const text = all.toString('latin1', start, start + ID_TOKEN_LENGTH)
    at = start + 1
    if (!isIdToken(text)) continue
    visit(text, start)
    at = start + ID_TOKEN_LENGTH
  }
}

/** Allocates separate memory. `Buffer.from` would use a shared pool, which a stored payload would keep alive. */
function copyBuffer(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  bytes.copy(copy)
  return copy
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
