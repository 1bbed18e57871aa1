import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createIdToken, deriveIdToken } from '../../../lib/react/ids/idToken.ts'
import { findIdTokens, memoizeRenamer, renameIdTokens } from '../../../lib/react/ids/renameIdTokens.ts'

const TOKENS = ['a', 'b', 'c'].map(createIdToken)
const rename = (token: string) => (token === TOKENS[0] ? token : deriveIdToken(token, 'place'))
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (payload: Uint8Array) => new TextDecoder().decode(payload)

/** Whole tokens, parts of tokens, and text that looks like the beginning of a token. */
const rendered = fc
  .array(
    fc.oneof(
      fc.constantFrom(...TOKENS),
      fc.constantFrom(...TOKENS).chain((token) => fc.nat(token.length).map((end) => token.slice(0, end))),
      fc.constantFrom('r', 'rc', 'rcc', 'rccr', 'rccrcc', 'ü', '_', 'S_1_', '0'),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

const renamedText = (whole: string) => whole.replace(new RegExp(TOKENS.join('|'), 'g'), rename)

function _streamChunks(payload: Uint8Array, ends: readonly number[]): ReadableStream<Uint8Array> {
  const borders = [
    0,
    ...ends.map((end) => end % (payload.byteLength + 1)).sort((a, b) => a - b),
    payload.byteLength,
  ]
  return new ReadableStream({
    start(controller) {
      for (let index = 1; index < borders.length; index++) {
        controller.enqueue(payload.slice(borders[index - 1], borders[index]))
      }
      controller.close()
    },
  })
}

describe('tokens in a payload', () => {
  it('each token in a payload is found once', () => {
    const [a, b] = TOKENS
    expect([...findIdTokens(bytes(`x _${a}S_1_ ${b} ${a} rcc`))]).toEqual([a, b])
    expect(findIdTokens(bytes('none, rccabcdefghij012345 either')).size).toBe(0)
  })

  it('each token in a payload is renamed in place, and nothing else changes', () => {
    fc.assert(
      fc.property(rendered, (whole) => {
        const before = bytes(whole)
        const after = renameIdTokens(before, rename)
        expect(text(after)).toBe(renamedText(whole))
        expect(after.byteLength).toBe(before.byteLength)
        expect(text(before)).toBe(whole)
      }),
    )
  })

  it('a payload whose tokens keep their names is returned itself', () => {
    const payload = bytes(`_${TOKENS[0]}S_1_`)
    expect(renameIdTokens(payload, rename)).toBe(payload)
  })

  it('each token is renamed in a view of a larger buffer', () => {
    const buffer = bytes(`${TOKENS[1]}${TOKENS[1]}`)
    const half = buffer.subarray(0, buffer.byteLength / 2)
    expect(text(renameIdTokens(half, rename))).toBe(renamedText(TOKENS[1] ?? ''))
    expect(text(buffer)).toBe(`${TOKENS[1]}${TOKENS[1]}`)
  })
})

it('a memoized renamer asks for the name of a token once', () => {
  const ask = vi.fn(rename)
  const once = memoizeRenamer(ask)
  for (const token of [...TOKENS, ...TOKENS]) expect(once(token)).toBe(rename(token))
  expect(ask).toHaveBeenCalledTimes(TOKENS.length)
})
