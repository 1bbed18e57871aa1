import fc from 'fast-check'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { MARK_LENGTH, markOf } from '../../../lib/react/compaction/mark.ts'

describe('a mark', () => {
  it('has always the same length', () => {
    fc.assert(
      fc.property(fc.string(), (html) => {
        expect(markOf(html)).toHaveLength(MARK_LENGTH)
      }),
    )
  })

  it('tells strings apart', () => {
    const strings = Array.from({ length: 20_000 }, (_, index) => `<b>${index}</b>`)
    expect(new Set(strings.map(markOf)).size).toBe(strings.length)
  })

  const writings: [string, string, string][] = [
    ['quotes in text', 'it&#x27;s &quot;so&quot;', `it's "so"`],
    ['quotes in attributes', '<a title="it&#x27;s">', `<a title="it's">`],
    ['void elements', '<br/><img src="a"/>', '<br><img src="a">'],
    ['names of attributes', '<time dateTime="1">', '<time datetime="1">'],
    ['hard spaces', 'a\u00a0b', 'a&nbsp;b'],
    ['angle brackets in attributes', '<a title="&lt;x&gt;">', '<a title="<x>">'],
  ]
  for (const [what, byReact, byBrowser] of writings) {
    it(`is the same for ${what} as React and as a browser writes them`, () => {
      expect(markOf(byReact)).toBe(markOf(byBrowser))
    })
  }

  it('is the same for text that React escapes and a browser reads', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const written = renderToString(createElement('b', null, text)).slice(3, -4)
        const read = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
        expect(markOf(written)).toBe(markOf(read))
      }),
    )
  })
})
