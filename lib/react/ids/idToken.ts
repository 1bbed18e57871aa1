import { crc32 } from '../../core/crc32.ts'
import { cyrb53 } from '../../core/cyrb53.ts'

/**
 * React numbers the ids that `useId` makes in server components from 1 in each render, and each fragment is a
 * render of its own. A token in front of the number tells the ids of one fragment from those of all others:
 * `_rcc1m3k0q8z2x0w4f7yS_1_`. It depends on nothing but the fragment's key, so an entry keeps its ids from fill to
 * fill.
 *
 * Tokens are found again in what was rendered (see `renameTokens`). Six of their characters are a checksum of ten
 * others: text that happens to look like a token is one in 10¹⁴ places. Text that quotes a token in full is taken
 * for an id: where the fragment that shows it is inside another fragment or shown twice, the quotation follows
 * the id's new name. Nothing else happens to it.
 *
 * Tokens hold small letters and digits only: they are valid in CSS selectors, JSON and HTML as they are, and
 * survive code that removes the rest of the id's punctuation.
 */
export function idToken(key: string): string {
  return tokenOf(`fragment ${key}`)
}

/** The name of `token` in a place where the ids under that name may not be unique. */
export function derivedToken(token: string, place: string): string {
  return tokenOf(`${token} in ${place}`)
}

export function isIdToken(text: string): boolean {
  return TOKEN.test(text) && text.endsWith(checkOf(text.slice(TOKEN_START.length, -CHECK_LENGTH)))
}

export const TOKEN_START = 'rcc'
const HASH_LENGTH = 10
const CHECK_LENGTH = 6
/** The same for all tokens: one takes the place of another without changing the length of what holds it. */
export const TOKEN_LENGTH = TOKEN_START.length + HASH_LENGTH + CHECK_LENGTH
const TOKEN = new RegExp(`^${TOKEN_START}[0-9a-z]{${HASH_LENGTH + CHECK_LENGTH}}$`)

function tokenOf(text: string): string {
  const hash = digits(cyrb53(text) % 36 ** HASH_LENGTH, HASH_LENGTH)
  return TOKEN_START + hash + checkOf(hash)
}

function checkOf(hash: string): string {
  return digits(crc32(hash) % 36 ** CHECK_LENGTH, CHECK_LENGTH)
}

function digits(number: number, length: number): string {
  return number.toString(36).padStart(length, '0')
}
