/**
 * The hash of a text, from which the hash of a longer text can be computed.
 *
 * Source: the fingerprint of R. M. Karp and M. O. Rabin, "Efficient randomized pattern-matching algorithms" (1987). The
 * characters are the coefficients of a polynomial, which is evaluated at a base, modulo a prime. Two bases give 53 bits.
 *
 * A modulus of 2³² would be faster. But some repetitive texts collide at all of its bases, see J. Pachocki and J.
 * Radoszewski, "Where to Use and How Not to Use Polynomial String Hashing" (2013), and the lowest bit does not depend on
 * the order of the characters. Here each base is a primitive root of a prime. None of its first 92 million powers is 1,
 * so two texts that differ by the order of two pieces of one length collide only if the pieces collide.
 */
export interface TextHash {
  /** The polynomial at the first and at the second base. */
  readonly sum1: number
  readonly sum2: number
  /** Each base to the power of the length of the text. */
  readonly power1: number
  readonly power2: number
}

/** Characters whose terms are added up before the sum is reduced. */
const BLOCK_LENGTH = 64

/**
 * The largest prime for which the terms of a block and a product of two remainders are less than 2⁵³ together. JavaScript
 * computes with such numbers exactly.
 */
const MODULUS = 92_832_281

// Primitive roots near φ - 1 and √2 - 1 of the modulus.
const POWERS_1 = listPowers(57_373_504)
const POWERS_2 = listPowers(38_452_389)

export function createTextHash(text: string): TextHash {
  let sum1 = 0
  let sum2 = 0
  let power1 = 1
  let power2 = 1
  for (let start = 0; start < text.length; start += BLOCK_LENGTH) {
    const end = Math.min(start + BLOCK_LENGTH, text.length)
    let block1 = 0
    let block2 = 0
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at)
      block1 += code * getPower(POWERS_1, end - 1 - at)
      block2 += code * getPower(POWERS_2, end - 1 - at)
    }
    const shift1 = getPower(POWERS_1, end - start)
    const shift2 = getPower(POWERS_2, end - start)
    sum1 = reduce(sum1 * shift1 + block1)
    sum2 = reduce(sum2 * shift2 + block2)
    power1 = reduce(power1 * shift1)
    power2 = reduce(power2 * shift2)
  }
  return { sum1, sum2, power1, power2 }
}

/** Returns the hash of the texts one after the other. */
export function concatTextHashes(hashes: readonly TextHash[]): TextHash {
  let sum1 = 0
  let sum2 = 0
  let power1 = 1
  let power2 = 1
  for (const hash of hashes) {
    sum1 = reduce(sum1 * hash.power1 + hash.sum1)
    sum2 = reduce(sum2 * hash.power2 + hash.sum2)
    power1 = reduce(power1 * hash.power1)
    power2 = reduce(power2 * hash.power2)
  }
  return { sum1, sum2, power1, power2 }
}

/** @returns a whole number below 2⁵³ */
export function finishTextHash({ sum1, sum2, power1, power2 }: TextHash): number {
  // As if the text began with another character. Otherwise zero characters at its start would not count.
  return reduce(sum1 + power1) * MODULUS + reduce(sum2 + power2)
}

/**
 * Returns the remainder of a whole number below 2⁵³. It is exact: the quotient of a number that is no multiple is at
 * least 1/p away from the next integer, and its rounding error is smaller.
 */
function reduce(number: number): number {
  return number - Math.floor(number / MODULUS) * MODULUS
}

function listPowers(base: number): Float64Array {
  const powers = new Float64Array(BLOCK_LENGTH + 1)
  for (let power = 1, exponent = 0; exponent <= BLOCK_LENGTH; exponent++) {
    powers[exponent] = power
    power = reduce(power * base)
  }
  return powers
}

function getPower(powers: Float64Array, exponent: number): number {
  return powers[exponent] as number
}
