import fc from 'fast-check'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import {
  concatHtmlHashes,
  createHtmlHash,
  finishHtmlHash,
  HASH_LENGTH,
  hashHtml,
} from '../../../lib/react/compaction/hashHtml.ts'
import { randomTree, treeToReact } from '../../support/randomTree.tsx'

const hashParts = (parts: readonly string[]) => finishHtmlHash(concatHtmlHashes(parts.map(createHtmlHash)))

/** Splits React's HTML at every place outside of tags, comments and entities. */
const splitHtml = (html: string) => html.match(/<[^>]*>|&[^;]*;|./gsu) ?? []

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

  const parts: Record<string, string[]> = {
    'elements with names in capitals': ['<p><time dateTime="A">', 'B', '</time></p>', '<a tabIndex="0"></a>'],
    'elements that end in a slash': ['<br/>', '<img src="/A/"/>', '/', '<hr/>'],
    'text beside comments': ['a', '<!-- -->', 'B', '<!-- -->', '<!--$-->', '<b>c</b>', '<!--/$-->'],
    entities: ['&#x27;', '&amp;', '#x27;', '&lt;', 'B', '&gt;', '/', '&gt;'],
    'nothing and something': ['', '<b>', '', 'x', '</b>', ''],
  }
  for (const [name, htmls] of Object.entries(parts)) {
    it(`the hash of HTML follows from its parts: ${name}`, () => {
      for (let at = 0; at <= htmls.length; at++) {
        const halves = [htmls.slice(0, at).join(''), htmls.slice(at).join('')]
        expect(hashParts(halves)).toBe(hashHtml(htmls.join('')))
      }
      expect(hashParts(htmls)).toBe(hashHtml(htmls.join('')))
    })
  }

  it('the hash of any HTML of React follows from its parts', () => {
    fc.assert(
      fc.property(randomTree, fc.array(fc.nat(), { maxLength: 4 }), (tree, places) => {
        const html = renderToString(treeToReact(tree, () => null))
        const pieces = splitHtml(html)
        expect(hashParts(pieces)).toBe(hashHtml(html))
        const cuts = places.map((place) => place % (pieces.length + 1)).sort((a, b) => a - b)
        const parts = [0, ...cuts].map((from, index) => pieces.slice(from, cuts[index]).join(''))
        expect(hashParts(parts)).toBe(hashHtml(html))
      }),
    )
  })
})

it('an image in a data URL is hashed in a time that grows with its length', () => {
  const src = `data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAA'.repeat(20_000)}`
  // With a quadratic search this takes minutes.
  expect(hashHtml(`<img src="${src}" srcSet="/a.png 2x"/>`)).toBe(
    hashHtml(`<img src="${src}" srcset="/a.png 2x">`),
  )
})
