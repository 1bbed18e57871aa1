import fc from 'fast-check'
import { createElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { markOf, markOfContent } from '../../../lib/react/compaction/mark.ts'

/** The marks of what React writes inside of an element, and of what is made of it in a document. */
function marksOf(...children: ReactNode[]): [string, string] {
  const html = renderToString(createElement('div', null, ...children)).slice(5, -6)
  const element = document.createElement('div')
  element.innerHTML = html
  return [markOf(html), markOfContent(element)]
}

const contents: Record<string, ReactNode> = {
  'quotes in text': `it's "so"`,
  'quotes and brackets in attributes': createElement('a', { title: `it's <"so"> & so` }, 'a'),
  'void elements': [
    createElement('br', { key: 1 }),
    createElement('img', { key: 2, loading: 'lazy', src: '/a.png' }),
  ],
  'names in capitals': createElement('time', { dateTime: '2026-01-01' }, 'today'),
  'hard spaces': 'a\u00a0b',
  'text beside text': ['a', 'b', 5],
  'a slash at the end of an attribute': createElement('a', { href: '/a/' }, 'a/>'),
}

describe('a mark', () => {
  for (const [what, content] of Object.entries(contents)) {
    it(`is the same for ${what}, as React writes and a document holds it`, () => {
      const [written, held] = marksOf(content)
      expect(held).toBe(written)
    })
  }

  it('is the same for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, title) => {
        fc.pre(!/[\r\0]/.test(text + title))
        const [written, held] = marksOf(createElement('b', { title }, text))
        expect(held).toBe(written)
      }),
    )
  })
})
