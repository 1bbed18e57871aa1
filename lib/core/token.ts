import type { Token } from './fragmentStore.ts'

export type { Token }

/** A token of no epoch. Every store refuses a commit with it. */
const INVALID_TOKEN: Token = { epoch: '', clock: 0 }

/** Returns the earlier token. Tokens of different epochs cannot be compared, so no commit may rely on both. */
export function minToken(a: Token | undefined, b: Token): Token {
  if (a === undefined) return b
  if (a.epoch !== b.epoch) return INVALID_TOKEN
  return a.clock <= b.clock ? a : b
}

/**
 * Returns the later of two tokens of one moment: each is a bound, and the later one is closer.
 *
 * @param first the token that was read first. It counts when another epoch has begun since, because a store that has lost
 *   its history may have lost expiries after that moment
 */
export function maxToken(first: Token | undefined, second: Token | undefined): Token | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return first.epoch === second.epoch && second.clock > first.clock ? second : first
}

/** Whether data that was read from `token` on shows every expiry up to `required`. */
export function isAtLeast(token: Token, required: Token): boolean {
  return token.epoch === required.epoch && token.clock >= required.clock
}
