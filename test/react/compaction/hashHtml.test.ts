import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HASH_LENGTH, hashHtml } from '../../../lib/react/compaction/hashHtml.ts'

describe('the hash of HTML', () => {
  it('a hash always has the same length', () => {
    fc.assert(
      fc.property(fc.string(), (html) => {
        expect(hashHtml(html)).toHaveLength(HASH_LENGTH)
      }),
    )
  })

  it('different strings have different hashes', () => {
    const strings = Array.from({ length: 20_000 }, (_, index) => `<b>${index}</b>`)
    expect(new Set(strings.map(hashHtml)).size).toBe(strings.length)
  })

  const different: [string, string, string][] = [
    ['letter case', '<b>Apple</b>', '<b>apple</b>'],
    ['whether markup is text', '<b>x</b>', '&lt;b&gt;x&lt;/b&gt;'],
    ['a slash in text', 'a/&gt;b', 'a&gt;b'],
    ['the case of a URL', '<a href="/x/aB"></a>', '<a href="/x/Ab"></a>'],
    ['escapes of an entity', '&amp;lt;', '&lt;'],
  ]
  for (const [difference, one, other] of different) {
    it(`the hash depends on ${difference}`, () => expect(hashHtml(one)).not.toBe(hashHtml(other)))
  }
})
