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
export function createIdToken(key: string): string {
  return hashToToken(`fragment ${key}`)
}

/** The name of `token` in a place where the ids under that name may not be unique. */
export function deriveIdToken(token: string, place: string): string {
  return hashToToken(`${token} in ${place}`)
}

export function isIdToken(text: string): boolean {
  return (
    ID_TOKEN.test(text) && text.endsWith(getChecksum(text.slice(ID_TOKEN_PREFIX.length, -CHECKSUM_LENGTH)))
  )
}

export const ID_TOKEN_PREFIX = 'rcc'
const DIGEST_LENGTH = 10
const CHECKSUM_LENGTH = 6
/** The same for all tokens: one takes the place of another without changing the length of what holds it. */
export const ID_TOKEN_LENGTH = ID_TOKEN_PREFIX.length + DIGEST_LENGTH + CHECKSUM_LENGTH
const ID_TOKEN = new RegExp(`^${ID_TOKEN_PREFIX}[0-9a-z]{${DIGEST_LENGTH + CHECKSUM_LENGTH}}$`)

function hashToToken(text: string): string {
  const hash = toDigits(cyrb53(text) % 36 ** DIGEST_LENGTH, DIGEST_LENGTH)
  return ID_TOKEN_PREFIX + hash + getChecksum(hash)
}

function getChecksum(hash: string): string {
  return toDigits(crc32(hash) % 36 ** CHECKSUM_LENGTH, CHECKSUM_LENGTH)
}

function toDigits(number: number, length: number): string {
  return number.toString(36).padStart(length, '0')
}
