import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  concatTextHashes,
  createTextHash,
  finishTextHash,
  type TextHash,
} from '../../../lib/react/compaction/textHash.ts'

const hashText = (text: string) => finishTextHash(createTextHash(text))

/** Longer than several blocks, with any code units. */
const anyText = fc.oneof(
  fc.string({ maxLength: 300, size: 'max' }),
  fc.array(fc.nat(0xffff), { maxLength: 300, size: 'max' }).map((codes) => String.fromCharCode(...codes)),
)

/** The definition, with numbers of any size. */
function computeExactly(text: string): number {
  const modulus = 92_832_281n
  const [sum1 = 0n, sum2 = 0n] = [57_373_504n, 38_452_389n].map((base) => {
    let sum = 1n
    for (let at = 0; at < text.length; at++) sum = (sum * base + BigInt(text.charCodeAt(at))) % modulus
    return sum
  })
  return Number(sum1 * modulus + sum2)
}

describe('the hash of a text', () => {
  it('the hash of a text is its polynomial at two bases', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(hashText(text)).toBe(computeExactly(text))
      }),
    )
    const highest = '\uffff'.repeat(1_000)
    expect(hashText(highest)).toBe(computeExactly(highest))
  })

  it('the hash of a text follows from its parts, however they are grouped', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (a, b, c) => {
        const [hashA, hashB, hashC] = [a, b, c].map(createTextHash) as [TextHash, TextHash, TextHash]
        const whole = createTextHash(a + b + c)
        expect(concatTextHashes([hashA, hashB, hashC])).toEqual(whole)
        expect(concatTextHashes([concatTextHashes([hashA, hashB]), hashC])).toEqual(whole)
        expect(concatTextHashes([hashA, concatTextHashes([hashB, hashC])])).toEqual(whole)
      }),
    )
  })

  it('the hash of no text changes no other hash', () => {
    const hash = createTextHash('text')
    expect(concatTextHashes([])).toEqual(createTextHash(''))
    expect(concatTextHashes([createTextHash(''), hash, createTextHash('')])).toEqual(hash)
  })

  it('the hash of a text survives JSON', () => {
    const hash = createTextHash('text')
    expect(JSON.parse(JSON.stringify(hash))).toEqual(hash)
  })

  it('texts that collide modulo any power of two have different hashes', () => {
    // The sequence of Thue and Morse.
    let [text, opposite] = ['a', 'b']
    for (let doubling = 0; doubling < 14; doubling++) {
      ;[text, opposite] = [text + opposite, opposite + text]
      expect(hashText(text)).not.toBe(hashText(opposite))
    }
  })

  it('texts with moved or missing pieces have different hashes', () => {
    const list = Array.from({ length: 64 }, (_, index) => `<li>${index % 8}</li>`)
    const texts = new Set<string>()
    for (let at = 0; at < list.length; at++) {
      texts.add([...list.slice(at), ...list.slice(0, at)].join(''))
      texts.add(list.slice(0, at).join(''))
      for (let other = 0; other < at; other++) {
        const swapped = [...list]
        swapped[at] = list[other] as string
        swapped[other] = list[at] as string
        texts.add(swapped.join(''))
      }
    }
    expect(new Set([...texts].map(hashText)).size).toBe(texts.size)
  })

  it('zero characters at the start of a text count', () => {
    expect(hashText('\0a')).not.toBe(hashText('a'))
  })
})
