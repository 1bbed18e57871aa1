import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIdToken, deriveIdToken, ID_TOKEN_LENGTH, isIdToken } from '../../../lib/react/ids/idToken.ts'

describe('a token', () => {
  it('a token depends only on the key of its fragment', () => {
    expect(createIdToken('"teaser"@"b1"[1]')).toBe(createIdToken('"teaser"@"b1"[1]'))
    expect(createIdToken('"teaser"@"b1"[1]')).not.toBe(createIdToken('"teaser"@"b1"[2]'))
  })

  it('a token is valid in an HTML id and in a CSS selector', () => {
    const isPlain = (key: string) => /^rcc[0-9a-z]{16}$/.test(createIdToken(key))
    fc.assert(fc.property(fc.string(), isPlain))
  })

  it('a token and its derived names are recognised, and have one length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, place) => {
        for (const token of [createIdToken(key), deriveIdToken(createIdToken(key), place)]) {
          expect(isIdToken(token)).toBe(true)
          expect(token).toHaveLength(ID_TOKEN_LENGTH)
        }
      }),
    )
  })

  it('a token gets another name in each place, and in each nested place', () => {
    const token = createIdToken('child')
    const names = ['a', 'b'].flatMap((place) => [
      deriveIdToken(token, place),
      deriveIdToken(deriveIdToken(token, 'inner'), place),
    ])
    expect(new Set([token, createIdToken(token), ...names]).size).toBe(6)
  })

  it('text that only looks like a token is not recognised', () => {
    const [token, other] = [createIdToken('a'), createIdToken('b')]
    const near = [
      'rccabcdefghij012345',
      'rcc0000000000000000',
      token.slice(0, -6) + other.slice(-6),
      token.toUpperCase(),
      ` ${token}`,
      `${token} `,
      token.slice(1),
    ]
    for (const text of near) expect(isIdToken(text), text).toBe(false)
  })
})
