import type { Token } from './store.ts'

export type { Token }

/** Of no epoch: a commit with it is refused by every store. */
const WORTHLESS: Token = { epoch: '', clock: 0 }

/** Tokens of different epochs cannot be compared, and neither vouches for what was read in the other's. */
export function olderToken(a: Token | undefined, b: Token): Token {
  if (a === undefined) return b
  if (a.epoch !== b.epoch) return WORTHLESS
  return a.clock <= b.clock ? a : b
}

/** Whether data read from `token` on shows every expiry that `wanted` has seen. */
export function covers(token: Token, wanted: Token): boolean {
  return token.epoch === wanted.epoch && token.clock >= wanted.clock
}
