import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HASH_LENGTH, hashHtml } from '../../../lib/react/compaction/hashHtml.ts'

describe('a mark', () => {
  it('a hash has always the same length', () => {
    fc.assert(
      fc.property(fc.string(), (html) => {
        expect(hashHtml(html)).toHaveLength(HASH_LENGTH)
      }),
    )
  })

  it('a hash tells strings apart', () => {
    const strings = Array.from({ length: 20_000 }, (_, index) => `<b>${index}</b>`)
    expect(new Set(strings.map(hashHtml)).size).toBe(strings.length)
  })

  const different: [string, string, string][] = [
    ['case', '<b>Apple</b>', '<b>apple</b>'],
    ['markup and text about markup', '<b>x</b>', '&lt;b&gt;x&lt;/b&gt;'],
    ['a slash in text', 'a/&gt;b', 'a&gt;b'],
    ['the case of an address', '<a href="/x/aB"></a>', '<a href="/x/Ab"></a>'],
    ['entities that are text', '&amp;lt;', '&lt;'],
  ]
  for (const [what, one, other] of different) {
    it(`a hash tells apart what differs in ${what}`, () => expect(hashHtml(one)).not.toBe(hashHtml(other)))
  }
})
