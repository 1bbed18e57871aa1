import { crc32 } from '../../core/crc32.ts'
import { cyrb53 } from '../../core/cyrb53.ts'

/**
 * Creates the token that makes the `useId` ids of a fragment's server components unique, as in
 * `_rcc1m3k0q8z2x0w4f7yS_1_`. React numbers these ids from 1 in each render, and each fragment is a render of its own.
 * The token depends only on the fragment's key, so an entry keeps its ids from fill to fill.
 * `createPlacedIds` keeps ids unique when a fragment is on a page twice.
 *
 * `renameIdTokens` finds tokens in rendered output. Six of their characters are a checksum of the other ten, so other
 * text has the form of a token by chance at one of 10¹⁴ positions. Text that quotes a token in full is treated as an
 * id: when its fragment is inside another fragment or shown twice, the quotation gets the id's new name too.
 *
 * Tokens consist of lower case letters and digits. They are valid in CSS selectors, JSON and HTML without escapes, and
 * survive code that removes the other punctuation of the id.
 */
export function createIdToken(key: string): string {
  return hashToToken(`fragment ${key}`)
}

/** Returns another name for `token`, for a place where the ids with that token may not be unique. */
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
/** All tokens have one length, so replacing one by another keeps the length of the payload. */
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
