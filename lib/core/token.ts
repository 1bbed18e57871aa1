import type { Token } from './store.ts'

export type { Token }

/** Tokens of different epochs cannot be compared; the later argument then counts, and its commit is refused. */
export function olderToken(a: Token | undefined, b: Token): Token {
  if (a === undefined) return b
  if (a.epoch !== b.epoch) return b
  return a.clock <= b.clock ? a : b
}

/** Whether data read from `token` on shows every expiry that `wanted` has seen. */
export function covers(token: Token, wanted: Token): boolean {
  return token.epoch === wanted.epoch && token.clock >= wanted.clock
}
