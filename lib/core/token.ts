import type { Token } from './fragmentStore.ts'

export type { Token }

/** Of no epoch: a commit with it is refused by every store. */
const INVALID_TOKEN: Token = { epoch: '', clock: 0 }

/** Tokens of different epochs cannot be compared, and neither vouches for what was read in the other's. */
export function minToken(a: Token | undefined, b: Token): Token {
  if (a === undefined) return b
  if (a.epoch !== b.epoch) return INVALID_TOKEN
  return a.clock <= b.clock ? a : b
}

/** Whether data read from `token` on shows every expiry that `wanted` has seen. */
export function isAtLeast(token: Token, required: Token): boolean {
  return token.epoch === required.epoch && token.clock >= required.clock
}
